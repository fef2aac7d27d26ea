//go:build !js

package intervals

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// How the service is asked.
const (
	// paceEvery is the time between two requests.
	paceEvery = 300 * time.Millisecond
	// requestTimeout bounds one request with its answer.
	requestTimeout = 2 * time.Minute
	// maxTries is how often a request is made before it counts as failed.
	maxTries = 5
	// dialTries is how often when no connection comes about: a build without a network should not take long.
	dialTries = 2
	// firstWait is the wait before the second try; each further one is twice as long. A wait that the service
	// asks for is kept to; beyond maxWait the fetch ends instead.
	firstWait = time.Second
	maxWait   = 2 * time.Minute
	// maxListBytes and maxFileBytes bound an answer. A year of activities has some 5 MB.
	maxListBytes = 128 << 20
	maxFileBytes = 128 << 20
	maxRedirects = 3
)

// A client asks API v1 of the service. It may be used from many goroutines.
type client struct {
	base    string // without a slash at its end
	key     Key
	agent   string
	http    *http.Client
	clock   clock
	pace    *pacer
	timeout time.Duration
}

func newClient(o *Options) (*client, error) {
	base, err := url.Parse(o.BaseURL)
	if err != nil || base.Host == "" || base.Scheme != "https" && base.Scheme != "http" {
		return nil, errors.New("the address of intervals.icu is no web address: look at base_url in [intervals]")
	}
	c := &client{
		base: strings.TrimRight(o.BaseURL, "/"), key: o.Key, clock: o.clock, timeout: o.timeout,
		agent: "heatmapgen/" + o.Version,
	}
	if c.clock == nil {
		c.clock = realClock{}
	}
	if c.timeout == 0 {
		c.timeout = requestTimeout
	}
	c.pace = &pacer{clock: c.clock}
	c.http = &http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone(), CheckRedirect: stayHere}
	return c, nil
}

func (c *client) close() { c.http.CloseIdleConnections() }

// errElsewhere ends everything: the key must not leave for another server.
var errElsewhere = errors.New("the server sends us on to another one, which must not see your key: look at base_url in [intervals]")

// stayHere follows redirects within the server only.
func stayHere(to *http.Request, via []*http.Request) error {
	from := via[0].URL
	if to.URL.Host != from.Host || to.URL.Scheme != from.Scheme || to.URL.User != nil {
		return errElsewhere
	}
	if len(via) > maxRedirects {
		return errors.New("the server sends us round in circles")
	}
	return nil
}

// list returns the activities from one day to another, both included, in the athlete's local time.
func (c *client) list(ctx context.Context, oldest, newest string) (list []wireActivity, odd int, err error) {
	path := "/api/v1/athlete/" + url.PathEscape(string(c.key.Athlete)) + "/activities?" +
		url.Values{"oldest": {oldest}, "newest": {newest}}.Encode()
	err = c.get(ctx, path, maxListBytes, func(r io.Reader) error {
		list, odd, err = readList(r)
		if errors.Is(err, errNotJSON) {
			return &temporaryError{err: err} // what cuts an answer off may be over the next time
		}
		return err
	})
	var answer *statusError
	switch {
	case errors.Is(err, errTooLarge):
		err = errors.New("the list of activities is too large")
	case errors.Is(err, errNoFile):
		err = errors.New("intervals.icu does not know the athlete: look at the athlete id")
	case errors.As(err, &answer) && answer.code == http.StatusForbidden:
		err = errors.New("intervals.icu refuses to list the activities (403): look at the API key and the athlete id")
	}
	if err != nil {
		return nil, 0, fmt.Errorf("listing the activities: %w", err)
	}
	return list, odd, nil
}

// The files that the service has of an activity: the FIT file it makes, and what was uploaded.
const (
	fitFile      = "fit-file"
	originalFile = "file"
)

// file hands a file of an activity to read, from its beginning on each try.
func (c *client) file(ctx context.Context, id, kind string, read func(io.Reader) error) error {
	return c.get(ctx, "/api/v1/activity/"+url.PathEscape(id)+"/"+kind, maxFileBytes, read)
}

// A temporaryError is worth another try.
type temporaryError struct {
	err error
	// after is how long the service asks to wait; 0 when it does not say.
	after time.Duration
	// dialing says that there was no connection at all, as there is none for a computer that is offline.
	dialing bool
}

func (e *temporaryError) Error() string { return e.err.Error() }
func (e *temporaryError) Unwrap() error { return e.err }

// A statusError is an answer that is not what was asked for.
type statusError struct{ code int }

func (e *statusError) Error() string {
	if e.code == http.StatusTooManyRequests {
		return "intervals.icu asks to be asked less often (429)"
	}
	return fmt.Sprintf("intervals.icu answers %d %s", e.code, http.StatusText(e.code))
}

// A laterError ends everything: the service asks to be left alone for longer than a user would wait.
type laterError struct{ after time.Duration }

func (e *laterError) Error() string {
	return fmt.Sprintf("intervals.icu asks to come back in %s", e.after.Round(time.Second))
}

// errKey ends everything.
var errKey = errors.New("intervals.icu does not accept the API key (401): look it up in its settings under Developer")

// get asks for a path until there is an answer, or the tries are over, and hands it to read.
func (c *client) get(ctx context.Context, path string, limit int64, read func(io.Reader) error) error {
	for try := 1; ; try++ {
		if err := c.pace.wait(ctx); err != nil {
			return err
		}
		err := c.once(ctx, path, limit, read)
		var again *temporaryError
		if err == nil || !errors.As(err, &again) || try == maxTries || again.dialing && try == dialTries {
			return c.clean(err)
		}
		if again.after > maxWait {
			return &laterError{again.after}
		}
		if again.after > 0 {
			c.pace.hold(again.after)
			continue
		}
		// Full jitter over the upper half, so that many clients do not come back at once.
		wait := firstWait << (try - 1)
		if err := c.clock.sleep(ctx, wait/2+time.Duration(c.clock.random()*float64(wait/2))); err != nil {
			return err
		}
	}
}

// once makes one request.
func (c *client) once(ctx context.Context, path string, limit int64, read func(io.Reader) error) error {
	limited, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(limited, http.MethodGet, c.base+path, nil)
	if err != nil {
		return errors.New("the address of the request is wrong: look at base_url in [intervals]")
	}
	req.SetBasicAuth("API_KEY", string(c.key.API))
	req.Header.Set("User-Agent", c.agent)
	resp, err := c.http.Do(req)
	if err != nil {
		return c.failed(ctx, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return c.refused(resp)
	}
	body := &bodyReader{r: resp.Body, left: limit}
	err = read(body)
	switch {
	case body.err != nil:
		return c.failed(ctx, body.err)
	case body.left < 0:
		return errTooLarge
	}
	return err
}

// failed says in words what kept an answer from arriving. The error of the library names the address, and
// with it the athlete, so only its cause is kept.
func (c *client) failed(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if errors.Is(err, errElsewhere) {
		return errElsewhere
	}
	var about *url.Error
	if errors.As(err, &about) {
		err = about.Err
	}
	var slow net.Error
	if errors.Is(err, context.DeadlineExceeded) || errors.As(err, &slow) && slow.Timeout() {
		return &temporaryError{err: fmt.Errorf("no answer within %s", c.timeout)}
	}
	var op *net.OpError
	return &temporaryError{err: fmt.Errorf("the connection failed: %w", err), dialing: errors.As(err, &op) && op.Op == "dial"}
}

// refused turns an answer other than 200 into an error.
func (c *client) refused(resp *http.Response) error {
	// What is read to the end leaves the connection fit for the next request.
	text, _ := io.ReadAll(io.LimitReader(resp.Body, 4096))
	err := &statusError{resp.StatusCode}
	switch code := resp.StatusCode; {
	case code == http.StatusNotFound, code == http.StatusGone, code == http.StatusNoContent:
		return errNoFile
	case code == http.StatusUnauthorized:
		return errKey
	case code == http.StatusUnprocessableEntity && strings.Contains(string(text), "Strava"):
		return errFromStrava // "Cannot read Strava activities via the API"
	case code == http.StatusTooManyRequests, code == http.StatusRequestTimeout, code >= 500:
		return &temporaryError{err: err, after: retryAfter(resp.Header.Get("Retry-After"), c.clock.now())}
	}
	return err
}

// retryAfter reads the header of that name: seconds, or a date.
func retryAfter(value string, now time.Time) time.Duration {
	value = strings.TrimSpace(value)
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}

// clean takes key and athlete out of an error's words, should a library or the server have put them there.
func (c *client) clean(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	for _, secret := range []string{
		string(c.key.API), base64.StdEncoding.EncodeToString([]byte("API_KEY:" + string(c.key.API))), string(c.key.Athlete),
	} {
		if len(secret) >= 4 && strings.Contains(text, secret) {
			return errors.New(strings.ReplaceAll(text, secret, "(hidden)"))
		}
	}
	return err
}

// bodyReader reads at most left bytes of an answer and remembers whether it failed, which tells a broken
// connection from what a reader makes of the bytes.
type bodyReader struct {
	r    io.Reader
	left int64
	err  error
}

func (b *bodyReader) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, errTooLarge
	}
	n, err := b.r.Read(p)
	b.left -= int64(n)
	if err != nil && err != io.EOF {
		b.err = err
	}
	return n, err
}

// A pacer spaces requests out.
type pacer struct {
	clock clock
	mu    sync.Mutex
	next  time.Time // before which nothing is asked
}

// wait returns when the next request may be made.
func (p *pacer) wait(ctx context.Context) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		p.mu.Lock()
		now := p.clock.now()
		early := p.next.Sub(now)
		if early <= 0 {
			p.next = now.Add(paceEvery)
		}
		p.mu.Unlock()
		if early <= 0 {
			return nil
		}
		if err := p.clock.sleep(ctx, early); err != nil {
			return err
		}
	}
}

// hold keeps everybody from asking for a while.
func (p *pacer) hold(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until := p.clock.now().Add(d); until.After(p.next) {
		p.next = until
	}
}
