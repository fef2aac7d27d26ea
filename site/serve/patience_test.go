package serve

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// soon is long enough for what is well, and short enough to wait for.
const soon = 200 * time.Millisecond

// long is what nobody waits for in these tests.
const long = time.Hour

// startHandler runs a handler with such patience until the test ends.
func startHandler(t *testing.T, p patience, handler http.Handler) *Server {
	t.Helper()
	s, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.patience = p
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.ServeHandler(ctx, handler) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("ServeHandler: %v", err)
		}
	})
	return s
}

// dial opens a connection and sends text.
func dial(t *testing.T, s *Server, text string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", s.listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	return conn
}

// TestStoppedClients: whoever stops in the middle gives the connection back. A server that waited for ever would hang the test.
func TestStoppedClients(t *testing.T) {
	t.Run("in the head of a request", func(t *testing.T) {
		s := startHandler(t, patience{soon, long, long, long}, http.NotFoundHandler())
		if _, err := io.Copy(io.Discard, dial(t, s, "GET / HTTP/1.1\r\nHo")); err != nil {
			t.Log(err)
		}
	})
	t.Run("between requests", func(t *testing.T) {
		s := startHandler(t, patience{long, long, soon, long}, http.NotFoundHandler())
		if _, err := io.Copy(io.Discard, dial(t, s, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")); err != nil {
			t.Log(err)
		}
	})
	t.Run("in the body of a request", func(t *testing.T) {
		ended := make(chan error, 1)
		s := startHandler(t, patience{long, soon, long, long}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, err := io.ReadAll(r.Body)
			ended <- err
		}))
		dial(t, s, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf")
		if err := <-ended; err == nil {
			t.Error("half a body was taken for a whole one")
		}
	})
	for name, write := range map[string]func(w http.ResponseWriter) error{
		"in pieces": func(w http.ResponseWriter) error { _, err := w.Write(make([]byte, 1000)); return err },
		"in one":    func(w http.ResponseWriter) error { _, err := w.Write(make([]byte, 64<<20)); return err },
		"of a file": func(w http.ResponseWriter) error { _, err := io.Copy(w, io.LimitReader(zeros{}, 64<<20)); return err },
		"as flushed": func(w http.ResponseWriter) error {
			w.Write(make([]byte, 1000))
			return http.NewResponseController(w).Flush()
		},
	} {
		t.Run("in an answer "+name, func(t *testing.T) {
			ended := make(chan error, 1)
			s := startHandler(t, patience{long, long, long, soon}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				var err error
				for err == nil {
					err = write(w)
				}
				ended <- err
			}))
			dial(t, s, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
			t.Log(<-ended)
		})
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// TestSlowReader: an archive reaches a reader who takes much longer for it than a stopped one is waited for.
func TestSlowReader(t *testing.T) {
	const stall = 2 * time.Second
	path := filepath.Join(t.TempDir(), "heatmap.pmtiles")
	content := bytes.Repeat([]byte("heat map"), 4<<20)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	s := startHandler(t, patience{long, long, long, stall}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		serveFile(w, r, path, false)
	}))
	for name, header := range map[string]string{"whole": "", "a range": "Range: bytes=8-\r\n"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn := dial(t, s, "GET / HTTP/1.1\r\nHost: x\r\n"+header+"\r\n")
			if err := conn.(*net.TCPConn).SetReadBuffer(64 << 10); err != nil {
				t.Fatal(err)
			}
			answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			var got bytes.Buffer
			for from := time.Now(); time.Since(from) < 2*stall; time.Sleep(10 * time.Millisecond) {
				if _, err := io.CopyN(&got, answer.Body, 16<<10); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := got.ReadFrom(answer.Body); err != nil {
				t.Fatal(err)
			}
			want := content
			if header != "" {
				want = content[8:]
			}
			if !bytes.Equal(got.Bytes(), want) {
				t.Errorf("%d of %d bytes", got.Len(), len(want))
			}
		})
	}
}

// TestQuietProgress: server-sent events may pause for longer than anything is waited for, also behind a request with a body.
func TestQuietProgress(t *testing.T) {
	next := make(chan struct{})
	s := startHandler(t, patience{soon, soon, soon, soon}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			return
		}
		for i := range 3 {
			fmt.Fprintf(w, "data: %d\n\n", i)
			if err := http.NewResponseController(w).Flush(); err != nil {
				t.Errorf("event %d: %v", i, err)
				return
			}
			select {
			case <-next:
			case <-r.Context().Done():
				t.Errorf("after event %d: %v", i, context.Cause(r.Context()))
				return
			}
		}
	}))
	conn := dial(t, s, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody")
	lines := bufio.NewReader(conn)
	answer, err := http.ReadResponse(lines, nil)
	if err != nil || answer.StatusCode != 200 {
		t.Fatalf("%v, %v", answer, err)
	}
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	answer, err = http.ReadResponse(lines, nil)
	if err != nil {
		t.Fatal(err)
	}
	events := bufio.NewScanner(answer.Body)
	for i := range 3 {
		for events.Scan() && events.Text() == "" {
		}
		if got := events.Text(); got != fmt.Sprintf("data: %d", i) {
			t.Errorf("event %d is %q: %v", i, got, events.Err())
		}
		time.Sleep(3 * soon)
		next <- struct{}{}
	}
}

// TestPieces: every piece of an answer has a deadline of its own.
func TestPieces(t *testing.T) {
	log := &deadlines{ResponseWriter: nil}
	patience{stall: time.Minute}.bounded(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, err := w.Write(make([]byte, 2*pieceLen+5))
		if n != 2*pieceLen+5 || err != nil {
			t.Errorf("wrote %d, %v", n, err)
		}
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
	})).ServeHTTP(log, &http.Request{})
	want := fmt.Sprintf("deadline deadline write %d deadline write %d deadline write 5 deadline flush deadline", pieceLen, pieceLen)
	if got := strings.Join(log.log, " "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

type deadlines struct {
	http.ResponseWriter
	log []string
}

func (d *deadlines) Write(b []byte) (int, error) {
	d.log = append(d.log, fmt.Sprintf("write %d", len(b)))
	return len(b), nil
}

func (d *deadlines) SetWriteDeadline(at time.Time) error {
	if at.After(time.Now()) {
		d.log = append(d.log, "deadline")
	}
	return nil
}

func (d *deadlines) FlushError() error {
	d.log = append(d.log, "flush")
	return nil
}
