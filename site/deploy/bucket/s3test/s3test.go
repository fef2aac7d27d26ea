// Package s3test has a real server that speaks S3, for tests.
package s3test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// variable names the program that package s3server is built to; scripts/test does it.
const variable = "HEATMAPGEN_S3_SERVER"

// What the server takes.
const (
	Key    = "heatmapgen-test-key"
	Secret = "heatmapgen-test-secret"
	Region = "eu-central-1"
)

// A Server is a running S3 server with a proxy in front, which writes down what passes and can answer in its place.
type Server struct {
	URL    string
	Behind http.Handler // the server without what Intercept says

	mu     sync.Mutex
	log    []string // changes only: "PUT maps/index.html"
	reads  int      // requests that change nothing
	answer func(w http.ResponseWriter, r *http.Request) bool
}

// Start starts the server with the bucket "maps" in it, and sets the environment for its clients.
func Start(t *testing.T) *Server {
	t.Helper()
	program := os.Getenv(variable)
	if program == "" {
		if os.Getenv("CI") != "" {
			t.Fatalf("%s does not name the S3 server; scripts/test builds it", variable)
		}
		t.Skip(variable + " does not name the S3 server; scripts/test builds it")
	}
	server := exec.Command(program, t.TempDir())
	server.Stderr = os.Stderr
	in, err := server.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		if err := server.Wait(); err != nil {
			t.Errorf("the S3 server: %v", err)
		}
	})
	lines := bufio.NewScanner(out)
	address := ""
	for address == "" && lines.Scan() {
		if strings.HasPrefix(lines.Text(), "http://") {
			address = lines.Text()
		}
	}
	go io.Copy(io.Discard, out)
	behind, err := url.Parse(address)
	if err != nil || address == "" {
		t.Fatalf("the S3 server says %q (%v)", address, err)
	}

	proxy := httputil.NewSingleHostReverseProxy(behind)
	s := &Server{Behind: proxy}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			s.log = append(s.log, r.Method+" "+strings.TrimPrefix(r.URL.Path, "/"))
		} else {
			s.reads++
		}
		answer := s.answer
		s.mu.Unlock()
		if answer == nil || !answer(w, r) {
			proxy.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(front.Close)
	s.URL = front.URL

	CleanEnvironment(t)
	t.Setenv("AWS_ACCESS_KEY_ID", Key)
	t.Setenv("AWS_SECRET_ACCESS_KEY", Secret)
	if _, err := s.Client().CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String("maps")}); err != nil {
		t.Fatal(err)
	}
	return s
}

// CleanEnvironment hides the credentials of whoever runs the tests.
func CleanEnvironment(t *testing.T) {
	t.Helper()
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION",
		"AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3",
		"HTTP_PROXY", "http_proxy"} {
		t.Setenv(name, "")
	}
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	t.Setenv("AWS_CONFIG_FILE", os.DevNull)
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", os.DevNull)
}

// Client returns a client that does not go through the package under test.
func (s *Server) Client() *s3.Client {
	return s3.New(s3.Options{
		BaseEndpoint: aws.String(s.URL), Region: Region, UsePathStyle: true,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: Key, SecretAccessKey: Secret}, nil
		}),
	})
}

// Changes returns what has changed the bucket since the last call, in order.
func (s *Server) Changes() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	log := s.log
	s.log = nil
	return log
}

// Reads returns how many requests have read since the last call.
func (s *Server) Reads() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	reads := s.reads
	s.reads = 0
	return reads
}

// Intercept has requests answered by f where it returns true.
func (s *Server) Intercept(f func(w http.ResponseWriter, r *http.Request) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = f
}

// Refuse answers with an error of S3.
func Refuse(w http.ResponseWriter, status int, code string) bool {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	fmt.Fprintf(w, `<?xml version="1.0"?><Error><Code>%s</Code><Message>What it is about</Message><RequestId>1</RequestId></Error>`, code)
	return true
}

// Get returns an object, and its headers.
func (s *Server) Get(t *testing.T, key string) ([]byte, *s3.GetObjectOutput) {
	t.Helper()
	o, err := s.Client().GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("maps"), Key: aws.String(key)})
	if err != nil {
		t.Fatalf("%s: %v", key, err)
	}
	defer o.Body.Close()
	content, err := io.ReadAll(o.Body)
	if err != nil {
		t.Fatal(err)
	}
	return content, o
}

// Keys returns the keys of all objects.
func (s *Server) Keys(t *testing.T) []string {
	t.Helper()
	list, err := s.Client().ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: aws.String("maps")})
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, o := range list.Contents {
		keys = append(keys, *o.Key)
	}
	return keys
}
