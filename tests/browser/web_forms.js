// The page on which ODK Web Forms shows one of our forms: ?form=<its id>. Bundled by tests/browser/web_forms.py.
import { OdkWebForm, webFormsPlugin } from '@getodk/web-forms';
import { createApp, h } from 'vue';

const asked = new URLSearchParams(location.search).get('form');
const formXml = await (await fetch(`/${asked}.xml`)).text();
const fetchFormAttachment = (url) => fetch(`/${asked}/${url.href.split('/').pop()}`);
createApp({ render: () => h(OdkWebForm, { formXml, fetchFormAttachment, missingResourceBehavior: 'BLANK' }) })
    .use(webFormsPlugin)
    .mount('#form');
