// Package judge has go-pmtiles look at archives: a program that others wrote from the same specification, and that many readers are built on. It stands apart because that module brings a server and the
// clients of three clouds, which who makes or reads a map has no use for.
package judge

import (
	"bytes"
	"fmt"
	"log"
	"strings"

	"github.com/protomaps/go-pmtiles/pmtiles"
)

// PMTiles returns what go-pmtiles finds wrong with the PMTiles archive in the file path, as sentences; it is what archive.VerifyOptions asks for. The path must be absolute: go-pmtiles takes relative ones that begin with
// "http" for addresses. It trusts the header and the directories, so it must only be given an archive where these can be read.
func PMTiles(path string) (findings []string) {
	defer func() {
		if p := recover(); p != nil {
			findings = append(findings, fmt.Sprintf("go-pmtiles gave up on it: %v", p))
		}
	}()
	var messages bytes.Buffer
	if err := pmtiles.Verify(log.New(&messages, "", 0), path); err != nil {
		findings = append(findings, fmt.Sprintf("go-pmtiles says: %v", err))
	}
	for line := range strings.Lines(messages.String()) {
		if strings.HasPrefix(line, "Invalid") {
			findings = append(findings, "go-pmtiles says: "+strings.TrimSpace(line))
		}
	}
	return findings
}
