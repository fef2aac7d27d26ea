package doctor

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"
)

const (
	defaultTimeout = 20 * time.Second
	maxRedirects   = 5
	maxHeaders     = 256 << 10
)

// CheckAddress returns an error that says what to write instead when address is no web address.
// It repeats nothing of the address, which may hold a password.
func CheckAddress(address string) error {
	_, err := parseAddress(address)
	return err
}

func parseAddress(address string) (*url.URL, error) {
	if !strings.Contains(address, "://") {
		return nil, errors.New("this is no web address; begin it with https:// or http://, or name a folder on this computer with --output")
	}
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, errors.New("this is no web address; one looks like https://example.org/map/")
	}
	// What a page keeps behind the # is for the page alone.
	u.Fragment, u.RawFragment = "", ""
	if u.Path == "" {
		u.Path = "/"
	}
	return u, nil
}

// shown returns an address without user, password and query, but for the version of an archive.
func shown(u *url.URL) string {
	s := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}
	text := s.String()
	if v := queryVersion(u); v != "" {
		text += "?v=" + v
	} else if u.RawQuery != "" {
		text += "?..."
	}
	return oneLine(text)
}

// origin returns scheme and host of an address, as browsers compare them.
func origin(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return u.Scheme + "://" + net.JoinHostPort(strings.ToLower(u.Hostname()), port)
}

// isLoopback reports whether an address is on this computer.
func isLoopback(u *url.URL) bool {
	host := strings.ToLower(u.Hostname())
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}

// A client asks a host as browsers do, except that it compresses and follows nothing unasked.
type client struct {
	http    *http.Client
	timeout time.Duration
	agent   string
}

func newClient(opts Options) *client {
	t := opts.transport
	if t == nil {
		t = http.DefaultTransport.(*http.Transport).Clone()
	}
	t.DisableCompression = true
	t.MaxResponseHeaderBytes = maxHeaders
	c := &client{timeout: opts.Timeout, agent: "Mozilla/5.0 (compatible; heatmapgen/" + opts.Version + " doctor)"}
	if c.timeout == 0 {
		c.timeout = defaultTimeout
	}
	c.http = &http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return c
}

func (c *client) close() { c.http.CloseIdleConnections() }

// fresh makes the next request open a connection of its own, which may lead to another machine of the host.
func (c *client) fresh() { c.http.CloseIdleConnections() }

// An answer is the response to a request, after redirects.
type answer struct {
	url       *url.URL // what answered
	status    int
	proto     int // 1, 2: the version of HTTP
	header    http.Header
	length    int64 // Content-Length, -1 when not told
	body      []byte
	more      bool       // the body goes on beyond what was read
	redirects []*url.URL // what was asked before
}

// A netError is a request without an answer, in words that hold no address.
type netError struct {
	text string
	// certificate says that there is a host, but browsers would not trust it.
	certificate bool
}

func (e *netError) Error() string { return e.text }

// do sends a request and reads up to limit bytes of the answer's body. The values of header replace those that are sent otherwise. Its error
// is a *netError or that of ctx.
func (c *client) do(ctx context.Context, method string, u *url.URL, header map[string]string, limit int64) (*answer, error) {
	timed, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	a := &answer{}
	for {
		done, err := c.step(timed, method, u, header, limit, a)
		if err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			return nil, describe(err, c.timeout)
		}
		if done {
			return a, nil
		}
		next, err := redirected(u, a.header.Get("Location"))
		if err != nil {
			return nil, err
		}
		a.redirects = append(a.redirects, u)
		if len(a.redirects) > maxRedirects {
			return nil, &netError{text: fmt.Sprintf("it redirects more than %d times", maxRedirects)}
		}
		u = next
	}
}

// redirected returns where a Location leads.
func redirected(from *url.URL, location string) (*url.URL, error) {
	to, err := from.Parse(location)
	if err != nil || to.Hostname() == "" || to.Scheme != "https" && to.Scheme != "http" {
		return nil, &netError{text: "it redirects to what is no web address"}
	}
	if to.User == nil && origin(to) == origin(from) {
		to.User = from.User
	}
	return to, nil
}

// step sends one request. It reports whether the answer is the last one.
func (c *client) step(ctx context.Context, method string, u *url.URL, header map[string]string, limit int64, a *answer) (bool, error) {
	req, err := http.NewRequestWithContext(ctx, method, u.String(), nil)
	if err != nil {
		return false, err
	}
	req.Header.Set("User-Agent", c.agent)
	req.Header.Set("Accept", "*/*")
	req.Header.Set("Accept-Encoding", "identity")
	for name, value := range header {
		req.Header.Set(name, value)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return false, err
	}
	defer resp.Body.Close()
	a.url, a.status, a.proto, a.header, a.length = u, resp.StatusCode, resp.ProtoMajor, resp.Header, resp.ContentLength
	switch a.status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return false, nil
	}
	if limit <= 0 {
		return true, nil
	}
	var body bytes.Buffer
	n, err := io.Copy(&body, io.LimitReader(resp.Body, limit+1))
	a.body = body.Bytes()
	if n > limit {
		a.body, a.more = a.body[:limit], true
		return true, nil
	}
	return true, err
}

// describe puts an error of the network into words without the address, which may hold a password.
func describe(err error, timeout time.Duration) error {
	var (
		dns     *net.DNSError
		trust   *tls.CertificateVerificationError
		unknown x509.UnknownAuthorityError
		name    x509.HostnameError
		invalid x509.CertificateInvalidError
		ours    *netError
		outer   *url.Error
	)
	switch {
	case errors.As(err, &ours):
		return ours
	case errors.As(err, &dns) && dns.IsNotFound:
		return &netError{text: "there is no host of that name (or no network here)"}
	case errors.As(err, &dns):
		return &netError{text: "the host's name could not be looked up: is there a network?"}
	case errors.Is(err, context.DeadlineExceeded):
		return &netError{text: fmt.Sprintf("no answer within %s", timeout)}
	case errors.Is(err, syscall.ECONNREFUSED):
		return &netError{text: "the host refuses the connection: is a web server running there?"}
	case errors.As(err, &name):
		return &netError{text: "its certificate is for another name", certificate: true}
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return &netError{text: "its certificate has expired", certificate: true}
	case errors.As(err, &unknown):
		return &netError{text: "its certificate is signed by nobody whom this computer trusts", certificate: true}
	case errors.As(err, &trust), errors.As(err, &invalid):
		return &netError{text: "its certificate is not to be trusted", certificate: true}
	case errors.As(err, &outer):
		err = outer.Err
	}
	return &netError{text: oneLine(err.Error())}
}

// fetch downloads a file into w, as long as bytes keep coming, and returns their number.
func (c *client) fetch(ctx context.Context, u *url.URL, w io.Writer, limit int64) (int64, error) {
	moving, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	alarm := time.AfterFunc(c.timeout, func() { stop(context.DeadlineExceeded) })
	defer alarm.Stop()
	for range maxRedirects + 1 {
		req, err := http.NewRequestWithContext(moving, http.MethodGet, u.String(), nil)
		if err != nil {
			return 0, describe(err, c.timeout)
		}
		req.Header.Set("User-Agent", c.agent)
		req.Header.Set("Accept-Encoding", "identity")
		resp, err := c.http.Do(req)
		if err != nil {
			return 0, c.stalled(moving, err)
		}
		if location := resp.Header.Get("Location"); resp.StatusCode/100 == 3 && location != "" {
			resp.Body.Close()
			if u, err = redirected(u, location); err != nil {
				return 0, err
			}
			continue
		}
		defer resp.Body.Close()
		switch {
		case resp.StatusCode != http.StatusOK:
			return 0, &netError{text: statusText(resp.StatusCode)}
		case resp.Header.Get("Content-Encoding") != "":
			return 0, &netError{text: "it comes compressed"}
		}
		n, err := io.Copy(w, io.LimitReader(&watched{resp.Body, alarm, c.timeout}, limit))
		if err != nil {
			return n, c.stalled(moving, err)
		}
		return n, nil
	}
	return 0, &netError{text: fmt.Sprintf("it redirects more than %d times", maxRedirects)}
}

// stalled describes an error of a download.
func (c *client) stalled(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	return describe(err, c.timeout)
}

// A watched reader puts the alarm off with every byte that comes.
type watched struct {
	r       io.Reader
	alarm   *time.Timer
	timeout time.Duration
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if n > 0 {
		w.alarm.Reset(w.timeout)
	}
	return n, err
}
