package track

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// hasKML tells whether data is a zip that has a KML file.
func hasKML(data []byte) bool {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	return err == nil && slices.ContainsFunc(z.File, isKML)
}

func isKML(f *zip.File) bool { return strings.EqualFold(path.Ext(f.Name), ".kml") }

// unzipKMZ returns the KML in a KMZ file, a zip: doc.kml, else the first that there is (OGC 07-147r2, annex C).
func unzipKMZ(data []byte, limits *Limits) ([]byte, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("KMZ file: %w: %w", ErrCorrupt, err)
	}
	var doc *zip.File
	for _, f := range z.File {
		if isKML(f) && (doc == nil || strings.EqualFold(f.Name, "doc.kml")) {
			doc = f
		}
	}
	if doc == nil {
		return nil, fmt.Errorf("%w: it is a zip without a KML file; unpack it", ErrUnknownFormat)
	}
	most := int64(max(bombFloor, len(data)*bombRatio))
	tooMuch := fmt.Errorf("KMZ of %d bytes unpacks to more than %d MB, as no recording does: %w", len(data), most>>20, ErrTooLarge)
	if limits.Bytes > 0 && most >= limits.Bytes {
		most, tooMuch = limits.Bytes, limits.tooLarge()
	}
	r, err := doc.Open()
	if err != nil {
		return nil, fmt.Errorf("KMZ file: %w: %w", ErrCorrupt, err)
	}
	defer r.Close()
	text, err := io.ReadAll(io.LimitReader(r, most+1))
	if limits.Unpacked != nil {
		if err := limits.Unpacked(int64(len(text))); err != nil {
			return nil, err
		}
	}
	switch {
	case int64(len(text)) > most:
		return nil, tooMuch
	case err != nil && len(text) == 0:
		return nil, fmt.Errorf("KMZ file: %w: %w", ErrCorrupt, err)
	case errors.Is(err, zip.ErrChecksum):
		return text, nil // what is wrong with it shows
	}
	return text, nil
}
