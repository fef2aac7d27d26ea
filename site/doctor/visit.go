package doctor

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"heatmapgen/generator/config"
)

// Visit checks the map at a web address: its page, or the folder with the page. With cfg, which may be nil, it compares with the site in
// the output folder where that is of the same build. The error says that the host could not be reached, or is that of a cancelled ctx.
func Visit(ctx context.Context, address string, cfg *config.Config, opts Options) (*Report, error) {
	u, err := parseAddress(address)
	if err != nil {
		return nil, err
	}
	v := &visit{Report: &Report{Version: opts.Version, Target: shown(u)}, opts: opts, cfg: cfg, client: newClient(opts)}
	defer v.client.close()
	if err := v.run(ctx, u); err != nil {
		return nil, err
	}
	v.advise()
	v.sort()
	return v.Report, ctx.Err()
}

// visit is one run of Visit.
type visit struct {
	*Report
	opts   Options
	cfg    *config.Config
	client *client

	// archiveHost is the kind of host that the archive came from, which says more than the page where a cache answers for that.
	archiveHost Kind

	page *answer // nil when only an archive was named
	text pageText
	arch remoteArchive
}

func (v *visit) run(ctx context.Context, u *url.URL) error {
	what, err := v.fetchPage(ctx, u)
	if err != nil || what == nothing {
		return err
	}
	at := u
	if what == aPage {
		if at = v.checkPage(); at == nil {
			return nil
		}
	}
	if err := v.checkArchive(ctx, at); err != nil {
		return err
	}
	if what == aPage {
		if err := v.checkBasemaps(ctx); err != nil {
			return err
		}
		return v.checkSurroundings(ctx)
	}
	return nil
}

// fail records a fault with the remedy for the host at hand.
func (v *visit) fail(group Group, check, text string) { v.tell(group, check, Fault, text) }

// warn records a warning with the remedy for the host at hand.
func (v *visit) warn(group Group, check, text string) { v.tell(group, check, Warning, text) }

func (v *visit) tell(group Group, check string, level Level, text string) {
	v.add(group, check, level, text)
}

// advise adds the remedies to the findings that have none, now that all is known of the host.
func (v *visit) advise() {
	page, archive := v.Host, v.archiveHost
	if page == Unknown {
		page = archive
	}
	if archive == Unknown {
		archive = page
	}
	v.Host = page
	for i := range v.Findings {
		f := &v.Findings[i]
		if f.Level == OK || f.Remedy != nil {
			continue
		}
		kind := page
		if f.Group == GroupArchive {
			kind = archive
		}
		f.Remedy = remedy(f.Check, kind)
	}
}

// unanswered records a request that got no answer after the host had answered others.
func (v *visit) unanswered(ctx context.Context, group Group, check, what string, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	v.add(group, check, Fault, fmt.Sprintf("%s: %v.", what, err), remedy("unanswered", Unknown)...)
	return nil
}

// unreachable turns the error of the first request into that of Visit, except where there is something to say to the owner of the host.
func (v *visit) unreachable(err error) error {
	var n *netError
	if !errors.As(err, &n) {
		return err
	}
	if n.certificate {
		v.fail(GroupHost, "certificate", fmt.Sprintf("Browsers will not open the page: %v.", n))
		return nil
	}
	return fmt.Errorf("asking for %s: %w", v.Target, n)
}

// statusText describes a status that should not be.
func statusText(status int) string {
	if text := http.StatusText(status); text != "" {
		return fmt.Sprintf("status %d (%s)", status, text)
	}
	return fmt.Sprintf("status %d", status)
}

// statusCheck returns the name of the remedy for a status.
func statusCheck(status int) string {
	switch {
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return "forbidden"
	case status == http.StatusNotFound || status == http.StatusGone:
		return "missing"
	case status == http.StatusTooManyRequests:
		return "busy"
	}
	return "status"
}
