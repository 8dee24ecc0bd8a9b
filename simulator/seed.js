// The initial data of every account: two websites, and the extension Acme/HelloWorld 1.0.0 with its files.
'use strict';

const DEPLOY_FOLDER = '2001';
const SSP_FOLDER = '1501';
const ROOT = '/Acme/HelloWorld@1.0.0';

const WEBSITES = {
  2: { website_id: '2', name: 'Acme Outdoor' },
  3: { website_id: '3', name: 'Acme Stores' },
};

const SUBSIDIARIES = [{ subsidiary_id: '1', subsidiary_name: 'Acme Inc.' }];
const LOCATIONS = [
  { location_id: '1', location_name: 'Main Street' },
  { location_id: '2', location_name: 'Harbour' },
];
const RESOURCES = ['templates', 'sass', 'javascript', 'assets', 'configuration', 'ssp-libraries'];

const DOMAINS = {
  2: {
    website_id: '2',
    name: 'Acme Outdoor',
    subsidiaries: SUBSIDIARIES,
    domains: [
      {
        domain: 'shop.acme.example',
        app_id: '11',
        folder_id: SSP_FOLDER,
        manifest: { type: 'SCA', version: '2024.1.0', application: ['shopping', 'myaccount', 'checkout'], extensible_resources: RESOURCES },
      },
      {
        domain: 'outlet.acme.example',
        app_id: '12',
        folder_id: '1502',
        manifest: { type: 'SCA', version: '2024.1.0', application: ['shopping'], extensible_resources: RESOURCES },
      },
    ],
  },
  3: {
    website_id: '3',
    name: 'Acme Stores',
    subsidiaries: SUBSIDIARIES,
    domains: [
      {
        domain: 'stores.acme.example',
        app_id: '13',
        folder_id: '1503',
        manifest: { type: 'SCIS', version: '2024.1.0', application: ['instore'], extensible_resources: RESOURCES },
      },
    ],
  },
};

const TARGETS = [
  { target_id: '1', name: 'SCA' },
  { target_id: '2', name: 'SCS' },
  { target_id: '3', name: 'SCIS' },
];

// One green pixel, as a small file that is not text in any encoding.
const PIXEL = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

const PARTS = ['Hello', 'Greeting', 'Banner', 'Card', 'List', 'Item', 'Header', 'Footer', 'Panel', 'Badge'];

function template(part) {
  return `{{!-- ${part}: café, naïve, 你好 --}}\n<div class="helloworld-${part.toLowerCase()}">\n  <p>{{translate 'Hello from $(0)' "${part}"}}</p>\n</div>\n`;
}

function style(part) {
  return `.helloworld-${part.toLowerCase()} {\n  padding: $sc-padding-lv3;\n}\n`;
}

function script(part) {
  return `define('Acme.HelloWorld.${part}', ['Backbone'], function (Backbone) {\n  'use strict';\n\n  return Backbone.View.extend({\n    getContext: function () {\n      return { name: '${part}' };\n    }\n  });\n});\n`;
}

function files() {
  const list = [];
  const add = (path, type, content) => list.push({ path, type, bytes: Buffer.from(content) });
  for (const part of PARTS) {
    add(`Modules/${part}/Templates/helloworld_${part.toLowerCase()}.tpl`, 'PLAINTEXT', template(part));
    add(`Modules/${part}/Sass/_helloworld-${part.toLowerCase()}.scss`, 'SCSS', style(part));
    add(`Modules/${part}/JavaScript/Acme.HelloWorld.${part}.js`, 'JAVASCRIPT', script(part));
  }
  add('Modules/HelloWorld/JavaScript/Acme.HelloWorld.Main.js', 'JAVASCRIPT', script('Main'));
  add(
    'Modules/HelloWorld/Sass/_helloworld.scss',
    'SCSS',
    PARTS.map((part) => `@import '../../${part}/Sass/helloworld-${part.toLowerCase()}';\n`).join(''),
  );
  add(
    'Modules/HelloWorld/SuiteScript/HelloWorld.Service.ss',
    'WEBAPPSCRIPT',
    "function service(request) {\n  'use strict';\n  require('Acme.HelloWorld.ServiceController').handle(request);\n}\n",
  );
  add(
    'Modules/HelloWorld/SuiteScript/Acme.HelloWorld.ServiceController.js',
    'JAVASCRIPT',
    "define('Acme.HelloWorld.ServiceController', ['ServiceController'], function (ServiceController) {\n  'use strict';\n  return ServiceController.extend({ name: 'Acme.HelloWorld.ServiceController' });\n});\n",
  );
  add(
    'Modules/HelloWorld/SuiteScript2/HelloWorld.Service.js',
    'JAVASCRIPT',
    "/**\n * @NApiVersion 2.x\n * @NModuleScope Public\n */\ndefine([], function () {\n  return { service: function () { return 'Hello'; } };\n});\n",
  );
  add(
    'Modules/HelloWorld/Configuration/HelloWorld.json',
    'JSON',
    JSON.stringify({ type: 'object', subtab: { id: 'helloWorld', title: 'Hello World', group: 'extensions' }, properties: {} }, null, 2),
  );
  for (const name of ['logo', 'hero', 'icon', 'pixel']) add(`assets/img/${name}.png`, 'PNGIMAGE', PIXEL);
  add('assets/img/mark.svg', 'MISCBINARY', '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 4h8"/></svg>\n');
  add('assets/fonts/hello.woff2', 'MISCBINARY', Buffer.from(Array.from({ length: 600 }, (_, i) => (i * 37) % 256)));
  add('assets/services/HelloWorld.Service.ss', 'WEBAPPSCRIPT', "function service(request) {\n  'use strict';\n}\n");
  return list;
}

function manifest(list) {
  const within = (start, end) => list.map((file) => file.path).filter((path) => path.startsWith(start) && path.endsWith(end));
  return {
    name: 'HelloWorld',
    fantasyName: 'Hello World',
    vendor: 'Acme',
    type: 'extension',
    target: 'SCA,SCS',
    target_version: { SCA: '>=18.1.0', SCS: '>=18.1.0' },
    version: '1.0.0',
    description: 'Says hello',
    assets: {
      img: { files: within('assets/img/', '') },
      fonts: { files: within('assets/fonts/', '') },
      services: { files: within('assets/services/', '') },
    },
    configuration: { files: within('Modules/HelloWorld/Configuration/', '.json') },
    'ssp-libraries': {
      entry_point: 'Modules/HelloWorld/SuiteScript/HelloWorld.Service.ss',
      files: within('Modules/HelloWorld/SuiteScript/', ''),
    },
    suitescript2: { files: within('Modules/HelloWorld/SuiteScript2/', '') },
    templates: { application: { shopping: { files: within('Modules/', '.tpl') } } },
    sass: { entry_points: { shopping: 'Modules/HelloWorld/Sass/_helloworld.scss' }, files: within('Modules/', '.scss') },
    javascript: {
      entry_points: { shopping: 'Modules/HelloWorld/JavaScript/Acme.HelloWorld.Main.js' },
      application: { shopping: { files: list.map((file) => file.path).filter((path) => path.includes('/JavaScript/')) } },
    },
  };
}

function seed(cabinet) {
  cabinet.addFolder('Deploy_Extensions', '-15', DEPLOY_FOLDER);
  cabinet.addFolder('Acme Outdoor', null, SSP_FOLDER);
  const list = files();
  const top = cabinet.put(DEPLOY_FOLDER, `${ROOT}/manifest.json`, 'JSON', Buffer.from(JSON.stringify(manifest(list), null, 2)));
  for (const file of list) cabinet.put(DEPLOY_FOLDER, `${ROOT}/${file.path}`, file.type, file.bytes);
  const extension = {
    extension_id: '101',
    name: 'HelloWorld',
    vendor: 'Acme',
    version: '1.0.0',
    type: 'EXTENSION',
    manifest_id: top.id,
    fantasy_name: 'Hello World',
    targets: TARGETS.slice(0, 2),
    description: 'Says hello',
  };
  cabinet.extensions.set(extension.extension_id, extension);
  const active = [{ name: 'HelloWorld', vendor: 'Acme', version: '1.0.0', type: 'extension', extension_id: '101', manifest_id: top.id }];
  for (const site of Object.values(DOMAINS)) {
    for (const domain of site.domains)
      cabinet.put(domain.folder_id, `/activationManifest-${domain.domain}.json`, 'JSON', Buffer.from(JSON.stringify(active)));
  }
}

module.exports = { DOMAINS, LOCATIONS, TARGETS, WEBSITES, seed };
