//go:build nocloud

package bucket

import (
	"strings"
	"testing"
)

// TestNoClouds asks for a cloud where there is none: the sentence says so, and what to do.
func TestNoClouds(t *testing.T) {
	for _, address := range []string{"s3://b/map?region=eu-central-1", "gs://b", "azblob://c"} {
		target, err := ParseTarget(address)
		if err != nil {
			t.Fatal(err)
		}
		_, err = target.Open(t.Context())
		if err == nil {
			t.Fatalf("%s was opened", address)
		}
		if got := target.Fault("opening", err).Error(); !strings.Contains(got, "built without clouds") || !strings.HasPrefix(got, "opening "+target.String()) {
			t.Error(got)
		}
	}
}
