package doctor

import (
	"net/http"
	"net/url"
	"strings"
)

// A Kind is a kind of host, by the software or the service that answers.
type Kind string

// The kinds of hosts that are recognised. Unknown is any other.
const (
	Unknown         Kind = ""
	GitHubPages     Kind = "github-pages"
	GitLabPages     Kind = "gitlab-pages"
	CloudFront      Kind = "cloudfront" // with S3 or anything else behind
	S3              Kind = "s3"
	CloudflarePages Kind = "cloudflare-pages"
	R2              Kind = "cloudflare-r2"
	Cloudflare      Kind = "cloudflare" // as a proxy before any host
	Netlify         Kind = "netlify"
	Vercel          Kind = "vercel"
	GCS             Kind = "google-cloud-storage"
	Azure           Kind = "azure-blob-storage"
	Nginx           Kind = "nginx"
	Caddy           Kind = "caddy"
	Apache          Kind = "apache"
	Python          Kind = "python" // its module http.server
)

// kindNames are the kinds' names for people, in the order that remedies are listed in.
var kindNames = []struct {
	kind Kind
	name string
}{
	{GitHubPages, "GitHub Pages"}, {GitLabPages, "GitLab Pages"}, {S3, "Amazon S3"}, {CloudFront, "CloudFront"}, {Cloudflare, "Cloudflare"},
	{CloudflarePages, "Cloudflare Pages"}, {R2, "Cloudflare R2"}, {Netlify, "Netlify"}, {Vercel, "Vercel"}, {GCS, "Google Cloud Storage"},
	{Azure, "Azure Blob Storage"}, {Nginx, "nginx"}, {Caddy, "Caddy"}, {Apache, "Apache"}, {Python, "Python"},
}

// name returns the kind's name for people.
func (k Kind) name() string {
	for _, n := range kindNames {
		if n.kind == k {
			return n.name
		}
	}
	return "the host"
}

// recognise tells the kind of host from the address and the headers of an answer. Services come before the software that they run on.
func recognise(u *url.URL, h http.Header) Kind {
	host := strings.ToLower(u.Hostname())
	server := strings.ToLower(h.Get("Server"))
	has := func(names ...string) bool {
		for _, n := range names {
			if h.Get(n) != "" {
				return true
			}
		}
		return false
	}
	under := func(domains ...string) bool {
		for _, d := range domains {
			if host == d || strings.HasSuffix(host, "."+d) {
				return true
			}
		}
		return false
	}
	switch {
	case under("pages.dev"):
		return CloudflarePages
	case under("r2.dev", "r2.cloudflarestorage.com"):
		return R2
	case server == "cloudflare" || has("Cf-Ray"):
		return Cloudflare
	case under("github.io") || server == "github.com":
		return GitHubPages
	case under("gitlab.io"):
		return GitLabPages
	case strings.HasPrefix(server, "netlify") || has("X-Nf-Request-Id"):
		return Netlify
	case strings.HasPrefix(server, "vercel") || has("X-Vercel-Id"):
		return Vercel
	case under("cloudfront.net") || has("X-Amz-Cf-Id"):
		return CloudFront
	case server == "amazons3" || under("amazonaws.com"):
		return S3
	case server == "uploadserver" || has("X-Goog-Generation", "X-Guploader-Uploadid"):
		return GCS
	case strings.HasPrefix(server, "windows-azure") || has("X-Ms-Blob-Type"):
		return Azure
	case strings.HasPrefix(server, "nginx") || strings.HasPrefix(server, "openresty"):
		return Nginx
	case strings.HasPrefix(server, "caddy"):
		return Caddy
	case strings.HasPrefix(server, "apache"):
		return Apache
	case strings.HasPrefix(server, "simplehttp"):
		return Python
	}
	return Unknown
}
