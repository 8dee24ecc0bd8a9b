/** A registry of undertaker, the task manager of gulp 4 and 5. */
interface TokenRegistry {
  init(taker: { task(name: string, fn: () => unknown): unknown }): void;
  get(name: string): unknown;
  set(name: string, task: unknown): unknown;
  tasks(): { [name: string]: unknown };
}

/**
 * The saved tokens as gulp tasks: `token:list`, `token:login`, `token:use`, `token:status`,
 * `token:remove`. The name of a token is given as `--authID NAME`.
 *
 * @example gulp.registry(require('netsuite-tba/gulp')());
 */
declare function tokens(): TokenRegistry;
export = tokens;
