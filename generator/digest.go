package generator

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"heatmapgen/archive"
	"heatmapgen/internal/words"
)

// A Digest says what an archive held when it was written, so that it can be told whether it still does (docs/format.md,
// "Digest"). It is the same in both formats, and made of nothing but what the archive shows anyway.
type Digest struct {
	// Activities is the number of activities that are listed, Days that of the different days they are of, as far as these are known.
	Activities int `json:"activities"`
	Days       int `json:"days"`
	// Tiles has the sum of the tiles of every field that has any, by its id.
	Tiles map[string]archive.Sum `json:"tiles"`
	// Kept has the sum of the tiles that blocks keep in place of lines, of every field that has any; nil where none do.
	Kept map[string]archive.Sum `json:"kept,omitempty"`
	// Lines is the sum of the blocks of lines, zero where there are none.
	Lines archive.Sum `json:"lines,omitzero"`
	// Squares is the sum of the blocks of squares, zero where there are none.
	Squares archive.Sum `json:"squares,omitzero"`
	// Metadata is the SHA-256 in hex of the rest of the metadata (metadataSum).
	Metadata string `json:"metadata"`
}

// newDigest returns the digest of what is about to be written, but for that of the metadata; sets are the names of the block sets.
func newDigest(a *ActivityColumns, l *archive.Layout, fields []FieldMetadata, sets []string) *Digest {
	d := &Digest{Activities: len(a.Day), Days: a.days(), Tiles: map[string]archive.Sum{}}
	for i := range fields {
		if f := &l.Fields[i]; f.Tiles > 0 {
			d.Tiles[fields[i].ID] = f.Sum
		}
	}
	for i, f := range l.Fields[len(fields):] {
		if f.Tiles == 0 {
			continue
		}
		if d.Kept == nil {
			d.Kept = map[string]archive.Sum{}
		}
		d.Kept[fields[i].ID] = f.Sum
	}
	for i, name := range sets {
		if name == LinesID {
			d.Lines = l.Blocks[i].Sum
		} else {
			d.Squares = l.Blocks[i].Sum
		}
	}
	return d
}

func hexSHA256(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// days counts the different days that are known.
func (a *ActivityColumns) days() int {
	seen := map[int]bool{}
	for _, d := range a.Day {
		if d != 0 {
			seen[d] = true
		}
	}
	return len(seen)
}

// sealed returns the JSON of the metadata, with the digest of it in the digest, if there is one.
func (e *envelope) sealed() ([]byte, error) {
	text, err := json.Marshal(e)
	if err != nil || e.Heatmapgen.Digest == nil {
		return text, err
	}
	meta, digest := *e.Heatmapgen, *e.Heatmapgen.Digest
	if digest.Metadata, err = metadataSum(text); err != nil {
		return nil, err
	}
	meta.Digest = &digest
	all := *e
	all.Heatmapgen = &meta
	return json.Marshal(all)
}

// envelopeKeys are the keys of the outer metadata that the digest covers; a tool may add others.
var envelopeKeys = []string{"name", "description", "attribution", "type", "version", "heatmapgen"}

// metadataSum returns the SHA-256 in hex of the metadata of an archive, a JSON object, in canonical form: of the keys that
// heatmapgen writes, without the digest, and without the places of fields and block sets, which differ with the format.
func metadataSum(text []byte) (string, error) {
	value, err := readJSON(text)
	if err != nil {
		return "", err
	}
	all, _ := value.(map[string]any)
	heat, _ := all["heatmapgen"].(map[string]any)
	if heat == nil {
		return "", errors.New("there are no metadata of heatmapgen")
	}
	delete(heat, "digest")
	delete(heat, "tracks") // of the first format
	fields, _ := heat["fields"].([]any)
	placed := append([]any{heat["lines"], heat["squares"]}, fields...)
	for _, f := range fields {
		if f, ok := f.(map[string]any); ok {
			placed = append(placed, f["kept"])
		}
	}
	for _, f := range placed {
		if f, ok := f.(map[string]any); ok {
			for _, place := range []string{"offset", "length", "table"} {
				delete(f, place)
			}
		}
	}
	covered := map[string]any{}
	for _, key := range envelopeKeys {
		if v, ok := all[key]; ok {
			covered[key] = v
		}
	}
	canonical, err := appendCanonical(nil, covered)
	if err != nil {
		return "", err
	}
	return hexSHA256(canonical), nil
}

// within returns an error unless what d is of was also there when old was made; a tool may have dropped fields and lines since.
func (d *Digest) within(old *Digest) error {
	for id, sum := range d.Tiles {
		if sum != old.Tiles[id] {
			return fmt.Errorf("%s has other tiles than were written; \"heatmapgen verify\" says more", words.OneLine(id))
		}
	}
	for id, sum := range d.Kept {
		if sum != old.Kept[id] {
			return fmt.Errorf("%s has other tiles in place of lines than were written; \"heatmapgen verify\" says more", words.OneLine(id))
		}
	}
	if d.Lines != (archive.Sum{}) && d.Lines != old.Lines {
		return errors.New("the lines are not those that were written; \"heatmapgen verify\" says more")
	}
	if d.Squares != (archive.Sum{}) && d.Squares != old.Squares {
		return errors.New("the squares are not those that were written; \"heatmapgen verify\" says more")
	}
	return nil
}

// errMetadata is said of metadata that are not those of their digest.
var errMetadata = errors.New("the metadata are not those that were written: something in them is altered or lost")

// checkSum returns errMetadata if there is a digest and it is of other metadata.
func (e *envelope) checkSum(text []byte) error {
	d := e.Heatmapgen.Digest
	if d == nil {
		return nil
	}
	sum, err := metadataSum(text)
	if err != nil {
		return err
	}
	if sum != d.Metadata {
		return errMetadata
	}
	return nil
}

// CheckMetadata is the function CheckMetadata for the metadata of the site.
func (s *Site) CheckMetadata() []string {
	findings, err := CheckMetadata(s.text)
	if err != nil {
		return []string{err.Error()}
	}
	return findings
}

// CheckMetadata returns what is wrong with the content of an archive's metadata, a JSON object, as sentences, none when all is well:
// columns that do not go together, and what differs from the digest, if there is one. Its own error says that they cannot be read.
func CheckMetadata(text []byte) (findings []string, err error) {
	e, err := parseMetadata(text)
	if err != nil {
		return nil, err
	}
	find := func(format string, args ...any) { findings = append(findings, fmt.Sprintf(format, args...)) }
	m := e.Heatmapgen
	a := &m.Activities
	n := len(a.Day)
	for _, c := range []struct {
		name   string
		length int
	}{{"sport", len(a.Sport)}, {"distance_m", len(a.DistanceM)}, {"moving_s", len(a.MovingS)}, {"ascent_m", len(a.AscentM)}} {
		if c.length != n {
			find("the list of activities has %s, but %d in the column %s", words.Plural(n, "day", "days"), c.length, c.name)
		}
	}
	if len(a.Name) != 0 && len(a.Name) != n {
		find("the list of activities has %s, but %s", words.Plural(n, "day", "days"), words.Plural(len(a.Name), "name", "names"))
	}
	if len(a.Place) != 0 && len(a.Place) != n {
		find("the list of activities has %s, but %s", words.Plural(n, "day", "days"), words.Plural(len(a.Place), "place", "places"))
	}
	for i, k := range a.Place {
		if k < -1 || k >= len(m.Places) {
			find("activity %d has the place number %d, but there are %s", i, k, words.Plural(len(m.Places), "place", "places"))
			break
		}
	}
	for i, p := range m.Places {
		if b := p.Bounds; b[0] < -180 || b[0] >= 180 || b[2] < b[0] || b[2] > b[0]+360.01 || b[1] < -90 || b[3] < b[1] || b[3] > 90 {
			find("place %d has bounds that are none: %v", i, b)
			break
		}
	}
	for i, k := range a.Sport {
		if k < 0 || k >= len(a.Sports) {
			find("activity %d has the sport number %d, but there are %d sports", i, k, len(a.Sports))
			break
		}
	}
	findings = append(append(findings, a.checkLabels()...), m.checkOwn()...)
	if n == 0 && m.Summary == nil {
		find("the metadata list no activities, but every archive is of some")
	}
	if n > 0 && m.Summary != nil {
		find("the metadata list %s, although they are not to be published", words.Plural(n, "activity", "activities"))
	}
	d := m.Digest
	if d == nil {
		return findings, nil
	}
	if n != d.Activities {
		find("the archive was written with %s, but lists %d", words.Plural(d.Activities, "activity", "activities"), n)
	}
	if days := a.days(); days != d.Days {
		find("the archive was written with activities of %s, but lists %d", words.Plural(d.Days, "different day", "different days"), days)
	}
	if err := e.checkSum(text); err != nil {
		find("%v", err)
	}
	return findings, nil
}
