package doctor

import (
	"fmt"
	"slices"
)

// advice is what to do about a finding: first what holds everywhere, then the lines for each kind of host. docs/hosting.md has the same settings
// in their surroundings, with where they are documented.
type advice struct {
	general string
	hosts   map[Kind][]string
}

// remedy returns what to do about the findings of a check: for the host at hand, or, when it is not known, for those that do not tell their name.
func remedy(check string, kind Kind) []string {
	a, ok := remedies[check]
	if !ok {
		return nil
	}
	lines := []string{a.general}
	if kind != Unknown {
		return append(lines, a.hosts[kind]...)
	}
	others := false
	for _, n := range kindNames {
		if !slices.Contains(nameless, n.kind) {
			others = others || len(a.hosts[n.kind]) > 0
			continue
		}
		name := n.name + ":"
		for _, line := range a.hosts[n.kind] {
			lines = append(lines, fmt.Sprintf("%-10s %s", name, line))
			name = ""
		}
	}
	if others {
		lines = append(lines, "other hosts: docs/hosting.md")
	}
	return lines
}

// nameless are the kinds that may answer without saying what they are: software whose name can be switched off, and stores that speak like S3. The others
// are services that always tell.
var nameless = []Kind{S3, Nginx, Caddy, Apache}

// remedies are the advice by check.
var remedies = map[string]advice{
	"basemap": {"upload the file that the build puts beside the page, as you do with the archive", nil},
	"compressed": {"compress the page, and nothing else", map[Kind][]string{
		S3: {
			"S3 compresses nothing; put CloudFront before it, or upload the page packed:",
			"gzip -9 <index.html | aws s3 cp - s3://BUCKET/index.html --content-encoding gzip --content-type 'text/html; charset=utf-8' --cache-control no-cache",
		},
		CloudFront:      {`in the behaviour: "Compress objects automatically" Yes, and a cache policy with Gzip and Brotli, such as CachingOptimized; then invalidate /*`},
		Cloudflare:      {"Cloudflare compresses text/html by itself unless a Compression Rule or \"Cache-Control: no-transform\" from the server behind forbids it"},
		CloudflarePages: {"remove \"Cache-Control: no-transform\" from _headers"},
		R2:              {"serve the bucket by a domain of your own, not r2.dev, so that Cloudflare compresses text/html"},
		GCS:             {"upload the page packed: gcloud storage cp --gzip-local-all --cache-control=no-cache site/index.html gs://BUCKET/"},
		Azure:           {"put Azure Front Door before it, with compression on for text/html"},
		Nginx:           {"gzip on; gzip_proxied any; gzip_comp_level 6;", "(text/html is always among gzip_types)"},
		Caddy:           {"encode gzip"},
		Apache:          {"a2enmod deflate filter", "AddOutputFilterByType DEFLATE text/html"},
	}},
	"encoding": {"the archive must come as it is: its tiles are compressed already", map[Kind][]string{
		GitHubPages: {
			"GitHub Pages has no setting for that. Current browsers do not offer compression with parts, so the map shows in them",
			"with Cloudflare's proxy before GitHub Pages it shows nowhere: set the DNS record to \"DNS only\"",
		},
		S3:              {"upload the archive without --content-encoding: aws s3 cp site/heatmap.pmtiles s3://BUCKET/ --content-type application/octet-stream"},
		CloudFront:      {"give the archive the type application/octet-stream, which CloudFront does not compress; then invalidate /*"},
		Cloudflare:      {"send \"Cache-Control: no-transform\" with the archive from the server behind, and let that not compress it; or a Compression Rule for the path: no compression", "GitHub Pages behind Cloudflare's proxy: set the DNS record to \"DNS only\""},
		CloudflarePages: {"put the archive into R2; Pages cannot send parts anyway"},
		Netlify:         {"in _headers:  /*.pmtiles", "                Content-Type: application/octet-stream"},
		GCS:             {"upload the archive without -z, -Z or --gzip-local: gcloud storage cp site/heatmap.pmtiles gs://BUCKET/"},
		Nginx:           {`location ~ \.(pmtiles|mbtiles)$ { gzip off; }`, "or take application/octet-stream and * out of gzip_types"},
		Caddy:           {"encode { gzip", "         match { header Content-Type text/html* } }"},
		Apache:          {`SetEnvIfNoCase Request_URI "\.(pmtiles|mbtiles)$" no-gzip`},
	}},
	"range": {"the host must answer a Range request with 206 and the part (docs/hosting.md)", map[Kind][]string{
		CloudflarePages: {"Cloudflare Pages cannot send parts; put both files into an R2 bucket with a domain of your own"},
		Cloudflare:      {"look at the server behind: it must send Content-Length and answer Range requests itself"},
		Python:          {"python -m http.server cannot send parts; to look at a map on this computer, use \"heatmapgen serve\""},
		Nginx:           {"remove \"max_ranges 0\" and, for the archive, gzip; before another server: proxy_force_ranges on;"},
		Caddy:           {"serve the files with file_server, and keep encode off the archive"},
		Apache:          {"remove \"MaxRanges none\", \"Header unset Accept-Ranges\" and output filters such as DEFLATE for the archive"},
	}},
	"tail": {"upload the archive again; if it stays, the host cannot send parts of a file that long", nil},
	"head": {"let the host answer HEAD as it answers GET", map[Kind][]string{
		S3:         {"a signed address is good for one method only: make bucket or CloudFront public for GET and HEAD"},
		CloudFront: {"in the behaviour: allowed methods GET, HEAD"},
		Nginx:      {"allow it: limit_except GET { deny all; } lets HEAD pass as well"},
		Apache:     {"<Limit> and <RequireAny> must not leave HEAD out"},
	}},
	"etag": {"the same file must have the same, strong ETag in every answer", map[Kind][]string{
		CloudFront: {"CloudFront weakens the ETag of what it compresses: give the archive the type application/octet-stream; then invalidate /*"},
		Cloudflare: {`a Cache Rule for the archive with "Respect strong ETags" on, and no Rocket Loader or email obfuscation`},
		Nginx:      {"etag on; and, for the archive, gzip off;", "several machines: copy the file with its time (rsync -t), from which nginx makes the ETag"},
		Caddy:      {"keep encode off the archive; several machines: copy the file with its time (rsync -t)"},
		Apache:     {"FileETag MTime Size", "several machines: copy the file with its time (rsync -t)"},
	}},
	"if-range": {"give the archive one strong ETag, and let nothing between host and browser alter it", map[Kind][]string{
		Nginx:  {`location ~ \.(pmtiles|mbtiles)$ { gzip off; }`},
		Apache: {"FileETag MTime Size", `SetEnvIfNoCase Request_URI "\.(pmtiles|mbtiles)$" no-gzip`},
	}},
	"query": {"empty the cache after every upload, or let it tell addresses with different queries apart", map[Kind][]string{
		CloudFront: {
			"a cache policy that includes the query string v (Cache key settings, Query strings: Include v);",
			`or, after each upload: aws cloudfront create-invalidation --distribution-id ID --paths "/*"`,
		},
		Cloudflare: {"Caching, Configuration, Caching Level: Standard (not \"Ignore query string\"), and no Cache Rule whose cache key leaves the query out; or purge the cache after each upload"},
		Nginx:      {"keep $request_uri (or $is_args$args) in proxy_cache_key"},
		Apache:     {"remove \"CacheIgnoreQueryString On\""},
	}},
	"stale": {"upload both files again, the archive first and the page last; then empty the caches before the host", map[Kind][]string{
		CloudFront: {`aws cloudfront create-invalidation --distribution-id ID --paths "/*"`},
		Cloudflare: {"Caching, Configuration, Purge Everything"},
		Netlify:    {"Deploys, Trigger deploy, Clear cache and deploy site"},
	}},
	"page-cache": {"let browsers ask whether the page is still the same (Cache-Control: no-cache)", map[Kind][]string{
		S3:              {"aws s3 cp site/index.html s3://BUCKET/ --content-type 'text/html; charset=utf-8' --cache-control no-cache"},
		CloudFront:      {"set it where CloudFront takes the page from, such as S3: aws s3 cp site/index.html s3://BUCKET/ --content-type 'text/html; charset=utf-8' --cache-control no-cache"},
		Cloudflare:      {"Caching, Configuration, Browser Cache TTL: Respect Existing Headers; and send no-cache from the server behind"},
		CloudflarePages: {"remove Cache-Control from _headers: by itself Pages has browsers ask"},
		Netlify:         {"remove Cache-Control from _headers: by itself Netlify has browsers ask"},
		Vercel:          {"remove Cache-Control from vercel.json: by itself Vercel has browsers ask"},
		GCS:             {"gcloud storage objects update gs://BUCKET/index.html --cache-control=no-cache"},
		Azure:           {"az storage blob update --account-name ACCOUNT -c '$web' -n index.html --content-cache-control no-cache"},
		Nginx:           {`location = /index.html { add_header Cache-Control no-cache; }`},
		Caddy:           {"header / Cache-Control no-cache", "header /index.html Cache-Control no-cache"},
		Apache:          {"a2enmod headers", `<Files "index.html">`, "    Header set Cache-Control no-cache", "</Files>"},
	}},
	"cache": {"let browsers keep the archive: its version is part of its address", map[Kind][]string{
		S3:              {"aws s3 cp site/heatmap.pmtiles s3://BUCKET/ --content-type application/octet-stream --cache-control max-age=31536000"},
		Cloudflare:      {"send \"Cache-Control: max-age=31536000\" from the server behind"},
		CloudflarePages: {"in _headers:  /*.pmtiles", "                Cache-Control: max-age=31536000"},
		Netlify:         {"in _headers:  /*.pmtiles", "                Cache-Control: max-age=31536000"},
		GCS:             {"gcloud storage objects update gs://BUCKET/heatmap.pmtiles --cache-control=max-age=31536000"},
		Nginx:           {`location ~ \.(pmtiles|mbtiles)$ { gzip off; expires 1y; }`},
		Caddy:           {"@archive path *.pmtiles *.mbtiles", "header @archive Cache-Control max-age=31536000"},
		Apache:          {"a2enmod headers", `<FilesMatch "\.(pmtiles|mbtiles)$">`, "    Header set Cache-Control max-age=31536000", "</FilesMatch>"},
	}},
	"page-type": {"the page must come as text/html, and not as a download", map[Kind][]string{
		S3:         {"aws s3 cp site/index.html s3://BUCKET/ --content-type 'text/html; charset=utf-8' --cache-control no-cache"},
		CloudFront: {"set it where CloudFront takes the page from: aws s3 cp site/index.html s3://BUCKET/ --content-type 'text/html; charset=utf-8'; then invalidate /*"},
		GCS:        {"gcloud storage objects update gs://BUCKET/index.html --content-type='text/html; charset=utf-8'"},
		Azure:      {"az storage blob update --account-name ACCOUNT -c '$web' -n index.html --content-type 'text/html; charset=utf-8'"},
		Nginx:      {"include /etc/nginx/mime.types;"},
		Apache:     {"AddType text/html .html"},
	}},
	"type": {"serve the archive as application/octet-stream or application/vnd.pmtiles", map[Kind][]string{
		S3:              {"aws s3 cp site/heatmap.pmtiles s3://BUCKET/ --content-type application/octet-stream"},
		CloudflarePages: {"in _headers:  /*.pmtiles", "                Content-Type: application/octet-stream"},
		Netlify:         {"in _headers:  /*.pmtiles", "                Content-Type: application/octet-stream"},
		GCS:             {"gcloud storage objects update gs://BUCKET/heatmap.pmtiles --content-type=application/octet-stream"},
		Azure:           {"az storage blob update --account-name ACCOUNT -c '$web' -n heatmap.pmtiles --content-type application/octet-stream"},
		Nginx:           {`location ~ \.(pmtiles|mbtiles)$ { gzip off; types { } default_type application/octet-stream; }`},
		Caddy:           {"@archive path *.pmtiles *.mbtiles", "header @archive Content-Type application/octet-stream"},
		Apache:          {"AddType application/octet-stream .pmtiles .mbtiles"},
	}},
	"cors": {"best, put the archive beside the page; or let the page's host read it:", map[Kind][]string{
		S3:      {`bucket, Permissions, CORS: [{"AllowedOrigins": ["https://PAGE"], "AllowedMethods": ["GET", "HEAD"], "AllowedHeaders": ["range"], "ExposeHeaders": ["ETag", "Content-Range", "Content-Encoding"]}]`},
		R2:      {`bucket, Settings, CORS policy: [{"AllowedOrigins": ["https://PAGE"], "AllowedMethods": ["GET", "HEAD"], "AllowedHeaders": ["range"], "ExposeHeaders": ["ETag", "Content-Range", "Content-Encoding"]}]`},
		Netlify: {"in _headers:  /*.pmtiles", "                Access-Control-Allow-Origin: https://PAGE", "                Access-Control-Expose-Headers: ETag, Content-Range, Content-Encoding"},
		GCS:     {`gcloud storage buckets update gs://BUCKET --cors-file=cors.json with [{"origin": ["https://PAGE"], "method": ["GET", "HEAD"], "responseHeader": ["Range", "ETag", "Content-Range", "Content-Encoding"]}]`},
		Nginx:   {"add_header Access-Control-Allow-Origin https://PAGE;", `add_header Access-Control-Expose-Headers "ETag, Content-Range, Content-Encoding";`},
		Caddy:   {"header Access-Control-Allow-Origin https://PAGE", `header Access-Control-Expose-Headers "ETag, Content-Range, Content-Encoding"`},
		Apache:  {"Header set Access-Control-Allow-Origin https://PAGE", `Header set Access-Control-Expose-Headers "ETag, Content-Range, Content-Encoding"`},
	}},
	"https": {"serve the map over https, and lead http there", map[Kind][]string{
		GitHubPages: {"Settings, Pages, Enforce HTTPS"},
		GitLabPages: {"Deploy, Pages, Force HTTPS"},
		S3:          {"website addresses of S3 know no https: put CloudFront before the bucket, Viewer protocol policy: Redirect HTTP to HTTPS"},
		CloudFront:  {"in the behaviour: Viewer protocol policy: Redirect HTTP to HTTPS"},
		Cloudflare:  {"SSL/TLS, Edge Certificates, Always Use HTTPS"},
		Netlify:     {"Domain management, HTTPS, Force HTTPS"},
		Nginx:       {"certbot --nginx"},
		Caddy:       {"begin the site in the Caddyfile with its name in place of a port; Caddy gets the certificate by itself"},
		Apache:      {"certbot --apache"},
	}},
	"mixed":       {"put the archive beside the page, or give it an https address", nil},
	"certificate": {"renew the certificate, for every name that the map is opened by", map[Kind][]string{GitHubPages: {"Settings, Pages: remove the custom domain and add it again"}}},
	"http2": {"switch HTTP/2 on", map[Kind][]string{
		S3:         {"S3 knows HTTP/1.1 only: put CloudFront before the bucket"},
		Azure:      {"blob storage knows HTTP/1.1 only: put Azure Front Door before it"},
		CloudFront: {"distribution, Settings, Supported HTTP versions: HTTP/2, HTTP/3"},
		Cloudflare: {"Speed, Protocol Optimization, HTTP/2"},
		Nginx:      {"listen 443 ssl http2; (from 1.25.1 on: listen 443 ssl; http2 on;)"},
		Apache:     {"a2enmod http2", "Protocols h2 http/1.1"},
	}},
	"missing": {"upload index.html and the archive into one folder, with the names that they have", map[Kind][]string{
		GitHubPages:     {"the files must be on the branch and in the folder that Settings, Pages names; a deployment takes some minutes"},
		CloudflarePages: {"Pages refuses files above 25 MiB: put both files into an R2 bucket with a domain of your own"},
	}},
	"forbidden": {"let everybody read both files, without a password", map[Kind][]string{
		S3:         {"S3 says so of missing files too. Bucket, Permissions: allow s3:GetObject on arn:aws:s3:::BUCKET/* for everybody, and switch \"Block public access\" off; or use CloudFront"},
		CloudFront: {"let CloudFront read the bucket: Origins, Origin access control settings, and copy the policy to the bucket"},
		GCS:        {"gcloud storage buckets add-iam-policy-binding gs://BUCKET --member=allUsers --role=roles/storage.objectViewer"},
		Nginx:      {"chmod a+r index.html heatmap.*, and a+x for every folder above"},
		Caddy:      {"chmod a+r index.html heatmap.*, and a+x for every folder above"},
		Apache:     {"chmod a+r index.html heatmap.*, and a+x for every folder above; in <Directory>: Require all granted"},
		Cloudflare: {"if Cloudflare itself refuses (a challenge page): a WAF rule that skips the map's path"},
	}},
	"busy":       {"the host turns requests away for now; try later, or move the map to a host that allows more", nil},
	"status":     {"look into the log of the host", nil},
	"unanswered": {"try again; if it stays, look into the log of the host", nil},
	"page":       {"give the address of the page, or of the folder that index.html lies in", nil},
	"lfs": {"upload the file itself, not its Git LFS pointer", map[Kind][]string{
		GitHubPages: {"Pages knows no LFS: git lfs untrack '*.pmtiles', git rm --cached site/heatmap.pmtiles, add it again; or deploy by GitHub Actions with actions/checkout and lfs: true"},
		GitLabPages: {"in .gitlab-ci.yml: git lfs pull before the pages job copies the site"},
		Netlify:     {"deploy the folder from your computer: netlify deploy --prod --dir site"},
	}},
	"gzipped":   {"upload the archive as it was built, not packed", map[Kind][]string{GCS: {"gcloud storage cp site/heatmap.pmtiles gs://BUCKET/ without -z, -Z or --gzip-local"}}},
	"garbage":   {`check the file here with "heatmapgen verify", and upload it again in binary mode`, nil},
	"truncated": {`upload the archive again, and check it with "heatmapgen doctor --deep URL"`, nil},
	"fallback": {"let the host answer 404 for what is not there, and upload the archive into the folder of the page", map[Kind][]string{
		S3:              {"leave \"Error document\" of the website empty, or name a page of its own"},
		CloudFront:      {"distribution, Error pages: remove the rules that make 403 and 404 a 200"},
		CloudflarePages: {"put a file 404.html beside index.html; without one Pages answers everything with index.html"},
		Netlify:         {"remove \"/* /index.html 200\" from _redirects"},
		Vercel:          {"remove the rewrite of everything to /index.html from vercel.json"},
		Nginx:           {"try_files $uri $uri/ =404;"},
		Caddy:           {"remove \"try_files {path} /index.html\""},
		Apache:          {"remove FallbackResource, and RewriteRules that lead to index.html"},
	}},
	"altered": {"let the host send the page as it was built", map[Kind][]string{
		Cloudflare:      {"switch off Rocket Loader, Email Address Obfuscation, Automatic HTTPS Rewrites and the automatic set-up of Web Analytics for the map's path (Configuration Rules); or send \"Cache-Control: no-transform\""},
		CloudflarePages: {"switch Web Analytics off for the project: it adds a script"},
		Netlify:         {"switch off Snippet injection and Asset optimization"},
		Nginx:           {"remove sub_filter and pagespeed for the page"},
		Apache:          {"remove mod_substitute and mod_pagespeed for the page"},
	}},
	"policy": {"leave the header Content-Security-Policy away for the page: it brings its own, a strict one", map[Kind][]string{
		Netlify:         {"remove it from _headers or netlify.toml"},
		CloudflarePages: {"remove it from _headers"},
		CloudFront:      {"in the behaviour: no response headers policy with a Content-Security-Policy, such as SecurityHeadersPolicy with one of your own"},
		Nginx:           {`location = /index.html { add_header Cache-Control no-cache; } (a location with add_header inherits none from above)`},
		Caddy:           {"header -Content-Security-Policy"},
		Apache:          {"Header unset Content-Security-Policy"},
	}},
	"redirect": {"put the archive where the page looks for it, without a redirect", nil},
	"private": {"delete them from the host, change what keys and passwords were in them, and take the places in them for known; upload the two files of the site only", map[Kind][]string{
		GitHubPages: {"they stay in the history of the repository: publish a folder or branch with the site alone, and rewrite or delete the old one"},
		Nginx:       {`until then: location ~ /\. { deny all; } and location ~ \.toml$ { deny all; }`},
		Caddy:       {"until then: @private path /.* *.toml */privacy-secret", "            respond @private 404"},
		Apache:      {"until then:", `<FilesMatch "^\.|\.toml$|^privacy-secret">`, "    Require all denied", "</FilesMatch>"},
	}},
}
