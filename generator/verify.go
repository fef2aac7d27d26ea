package generator

import (
	"context"

	"heatmapgen/archive"
)

// Verify checks the archive in the file path: go-pmtiles' own checks on the outer and every inner archive, and
// ours (archive.Verify). findings are sentences about what is wrong, none when all is well; err says that
// the file could not be checked at all.
func Verify(ctx context.Context, path string) (findings []string, err error) {
	report, err := archive.Verify(ctx, path, archive.VerifyOptions{Claims: claims})
	if err != nil {
		return nil, err
	}
	return report.Findings, nil
}
