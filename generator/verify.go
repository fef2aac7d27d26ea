package generator

import (
	"context"
	"fmt"

	"heatmapgen/archive"
	"heatmapgen/layers/lines"
)

// Verify checks the archive in the file path, whichever its format: the checks of go-pmtiles or SQLite, and ours
// (archive.Verify). findings are sentences about what is wrong, none when all is well; err says that the file could not be
// checked at all.
func Verify(ctx context.Context, path string) (findings []string, err error) {
	findings, _, err = VerifyWithNotes(ctx, path)
	return findings, err
}

// VerifyWithNotes is Verify, and tells besides what is allowed but worth knowing, such as tables that nothing names.
func VerifyWithNotes(ctx context.Context, path string) (findings, notes []string, err error) {
	report, err := archive.Verify(ctx, path, archive.VerifyOptions{Claims: claims})
	if err != nil {
		return nil, nil, err
	}
	findings = report.Findings
	if len(findings) == 0 {
		findings, err = verifyTracks(path)
	}
	return findings, report.Notes, err
}

// verifyTracks decodes the tracks blob, if there is one, of an archive that is sound otherwise. A blob that a tool has
// dropped, though the metadata still name it, is nothing wrong: readers ignore it.
func verifyTracks(path string) (findings []string, err error) {
	s, err := OpenSite(path)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	blob, err := s.Tracks()
	if blob == nil || err != nil {
		return nil, err
	}
	t, err := lines.Decode(blob)
	if err != nil {
		return []string{err.Error()}, nil
	}
	if n := len(s.Meta.Activities.Day); t.Activities() != n {
		return []string{fmt.Sprintf("the tracks blob has %d activities, but the metadata list %d", t.Activities(), n)}, nil
	}
	return nil, nil
}
