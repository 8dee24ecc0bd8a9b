/** A registry for undertaker, the task manager of gulp 4 and 5. */
interface TokenRegistry {
  init(taker: { task(name: string, fn: () => unknown): unknown }): void;
  get<Task>(name: string): Task;
  set<Task>(name: string, task: Task): Task;
  tasks<Task>(): { [name: string]: Task };
}

/**
 * gulp tasks for the saved tokens: `token:list`, `token:login`, `token:use`, `token:status` and
 * `token:remove`. Give the name of a token as `--authID NAME`.
 *
 * @example gulp.registry(require('netsuite-tba/gulp')());
 */
declare function tokens(): TokenRegistry;
export = tokens;
