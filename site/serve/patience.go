package serve

import (
	"net/http"
	"time"
)

// A patience is how long a server waits for those that talk to it. A client that stops gives its connection back after a while,
// one that is slow is served to the end.
type patience struct {
	// header and body are what a request may take to arrive; idle is what a connection may lie still between two.
	header, body, idle time.Duration
	// stall is what the next piece of an answer may take to be taken.
	stall time.Duration
}

var usualPatience = patience{header: 10 * time.Second, body: time.Minute, idle: 2 * time.Minute, stall: time.Minute}

// pieceLen is how much of an answer goes out under one deadline, in bytes: a client that takes a piece a minute is still served.
const pieceLen = 64 << 10

// bounded has a handler's answers written in pieces with a deadline each, and its requests read with one. http.Server's own
// timeouts are of the whole of an answer, which would cut off a large archive on its way to a slow reader, and the progress
// of admin.
func (p patience) bounded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		out := &pieces{ResponseWriter: w, control: http.NewResponseController(w), stall: p.stall}
		// Without a body nothing is left to read, and a deadline that passes would end the request's context.
		if r.Body != nil && r.Body != http.NoBody {
			_ = out.control.SetReadDeadline(time.Now().Add(p.body))
		}
		// The deadlines of the answer before are still set; and what is left in buffers goes out after the handler is done.
		out.extend()
		defer out.extend()
		next.ServeHTTP(out, r)
	})
}

// pieces is a ResponseWriter with a deadline for every piece. It hides the ReaderFrom of the one behind it, which would
// send a whole file under one.
type pieces struct {
	http.ResponseWriter
	control *http.ResponseController
	stall   time.Duration
}

// extend gives the next piece its time. A connection that knows no deadlines is as good as it is.
func (p *pieces) extend() { _ = p.control.SetWriteDeadline(time.Now().Add(p.stall)) }

func (p *pieces) Write(b []byte) (n int, err error) {
	for {
		p.extend()
		m, err := p.ResponseWriter.Write(b[n:min(n+pieceLen, len(b))])
		n += m
		if err != nil || n == len(b) {
			return n, err
		}
	}
}

// FlushError sends what is in buffers.
func (p *pieces) FlushError() error {
	p.extend()
	return p.control.Flush()
}

// Unwrap is for http.ResponseController.
func (p *pieces) Unwrap() http.ResponseWriter { return p.ResponseWriter }
