package generator

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"heatmapgen/archive"
	"heatmapgen/internal/words"
	"heatmapgen/layers/lines"
	"heatmapgen/templates"
)

// Verify is VerifyArchive, and checks the page beside the archive, if it is of this archive.
func Verify(ctx context.Context, path string, judge func(path string) []string) (findings []string, err error) {
	findings, _, err = VerifyWithNotes(ctx, path, judge)
	return findings, err
}

// noDigest is the note about an archive whose content cannot be checked.
const noDigest = "it was made before archives had a digest of their content, so it cannot be told whether something of that is lost; build it anew"

// VerifyWithNotes is Verify, and tells besides what is allowed but worth knowing, such as tables that nothing names.
func VerifyWithNotes(ctx context.Context, path string, judge func(path string) []string) (findings, notes []string, err error) {
	if findings, notes, err = VerifyArchive(ctx, path, judge); err != nil {
		return nil, nil, err
	}
	page, err := verifyPage(path)
	return append(findings, page...), notes, err
}

// VerifyArchive checks the archive in the file path, whichever its format (archive.Verify), and its content against the digest in the metadata. judge, unless nil, is
// archive.VerifyOptions.Judge. findings are sentences about what is wrong, none
// when all is well, notes about what is allowed but worth knowing; err says that the file could not be checked at all.
func VerifyArchive(ctx context.Context, path string, judge func(path string) []string) (findings, notes []string, err error) {
	var content []string
	undigested := false
	report, err := archive.Verify(ctx, path, archive.VerifyOptions{Judge: judge, Claims: func(text []byte) (archive.Claims, error) {
		c, err := claims(text)
		if err == nil {
			undigested = c.Contents == nil
			content, err = CheckMetadata(text)
		}
		return c, err
	}})
	if err != nil {
		return nil, nil, err
	}
	findings, notes = append(report.Findings, content...), report.Notes
	if undigested {
		notes = append(notes, noDigest)
	}
	if len(findings) == 0 {
		findings, err = verifyLines(path)
	}
	return findings, notes, err
}

// verifyPage checks that the page beside the archive in the file path, if it is one of ours and of that archive, names this
// very version of it. A page with another archive, or with none that is a file beside it, is none of this archive's business.
func verifyPage(path string) (findings []string, err error) {
	page, err := os.ReadFile(filepath.Join(filepath.Dir(path), PageName))
	if err != nil {
		return nil, nil
	}
	address, err := templates.ArchiveURL(page)
	if err != nil {
		return nil, nil
	}
	name, query, _ := strings.Cut(address, "?")
	version, ok := strings.CutPrefix(query, "v=")
	if name != filepath.Base(path) || !ok {
		return nil, nil
	}
	real, err := ArchiveVersion(path)
	if err != nil {
		return nil, fmt.Errorf("verifying the page: %w", err)
	}
	if version != real {
		findings = append(findings, fmt.Sprintf("%s beside it is of another build: it asks for the version %s, but this is %s; \"heatmapgen html\" renders it anew", PageName, words.OneLine(version), real))
	}
	for _, address := range templates.BasemapAddresses(page) {
		if err := CheckBasemap(filepath.Dir(path), address); err != nil {
			findings = append(findings, fmt.Sprintf("%v; \"heatmapgen html\" copies it anew", err))
		}
	}
	return findings, nil
}

// checkBlock returns an error unless a block of lines can be read.
func checkBlock(z uint8, x, y uint32, data []byte) error {
	_, err := lines.Decode(data, z, x, y)
	return err
}

// verifyLines puts the lines and the squares together of an archive that is sound otherwise, and reads its segments. Those that a tool has
// dropped, though the metadata still name them, are nothing wrong: readers ignore them.
func verifyLines(path string) (findings []string, err error) {
	s, err := OpenSite(path)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	if _, err := s.Lines(); errors.Is(err, lines.ErrDamaged) {
		findings = append(findings, err.Error())
	} else if err != nil {
		return nil, err
	}
	findings = append(findings, s.Meta.verifySegments()...)
	more, err := s.verifySquares()
	return append(findings, more...), err
}
