package generator

import (
	"context"
	"fmt"
	"io"

	"heatmapgen/archive"
	"heatmapgen/lines"
)

// Verify checks the archive in the file path: go-pmtiles' own checks on the outer and every inner archive, and
// ours (archive.Verify). findings are sentences about what is wrong, none when all is well; err says that
// the file could not be checked at all.
func Verify(ctx context.Context, path string) (findings []string, err error) {
	report, err := archive.Verify(ctx, path, archive.VerifyOptions{Claims: claims})
	if err != nil {
		return nil, err
	}
	if len(report.Findings) > 0 {
		return report.Findings, nil
	}
	return verifyTracks(path)
}

// verifyTracks decodes the tracks blob, if there is one, of an archive that is sound otherwise. A blob that a tool has
// dropped, though the metadata still name it, is nothing wrong: readers ignore it.
func verifyTracks(path string) (findings []string, err error) {
	e, err := readMetadata(path)
	if err != nil || e.Heatmapgen.Tracks == nil {
		return nil, err
	}
	r, err := archive.Open(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	section, err := r.Section(archive.Section{Offset: e.Heatmapgen.Tracks.Offset, Length: e.Heatmapgen.Tracks.Length})
	if err != nil {
		return nil, nil
	}
	blob, err := io.ReadAll(section)
	if err != nil {
		return nil, fmt.Errorf("reading the tracks blob: %w", err)
	}
	t, err := lines.Decode(blob)
	if err != nil {
		return []string{err.Error()}, nil
	}
	if n := len(e.Heatmapgen.Activities.Day); t.Activities() != n {
		return []string{fmt.Sprintf("the tracks blob has %d activities, but the metadata list %d", t.Activities(), n)}, nil
	}
	return nil, nil
}
