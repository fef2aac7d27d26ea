package templates

import "encoding/base64"

// faviconSVG is a glowing loop on ink.
const faviconSVG = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">` +
	`<rect width="32" height="32" rx="7" fill="#0f1216"/>` +
	`<path d="M6 22c3-9 8-1 11-7s6-8 9-5" fill="none" stroke="#fc4c03" stroke-opacity=".35" stroke-width="7" stroke-linecap="round"/>` +
	`<path d="M6 22c3-9 8-1 11-7s6-8 9-5" fill="none" stroke="#fc4c03" stroke-width="3.4" stroke-linecap="round"/>` +
	`<path d="M6 22c3-9 8-1 11-7s6-8 9-5" fill="none" stroke="#ffe2c4" stroke-width="1.3" stroke-linecap="round"/>` +
	`</svg>`

// favicon is the page's icon as a URL, so that no file is asked for.
var favicon = "data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString([]byte(faviconSVG))
