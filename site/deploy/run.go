package deploy

import (
	"bytes"
	"context"
	"crypto/md5"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"gocloud.dev/gcerrors"

	"heatmapgen/generator"
	"heatmapgen/internal/words"
	"heatmapgen/templates"
)

// Run does the steps of the plan and calls done after each. It stops at the first upload that fails; whichever that is, the place shows the
// old site or the new one, and another deploy completes it. Of removals it tries all, and its error names what is still there.
// progress hears of bytes; nil for nobody.
func (p *Plan) Run(ctx context.Context, progress generator.Progress, done func(Step)) error {
	if progress == nil {
		progress = silent{}
	}
	checked := false
	var left []string
	for _, step := range p.Steps {
		switch step.Kind {
		case UploadArchive, UploadBasemap, UploadPage:
			var err error
			if step.Kind == UploadPage {
				err = p.uploadPage(ctx)
				checked = true
			} else {
				err = p.uploadFile(ctx, step.file, progress)
			}
			if err != nil {
				return p.place.target.Fault("uploading "+step.Name+" to", err)
			}
		default:
			// Somebody may have deployed another site since the plan was made.
			if !checked {
				if err := p.checkPage(ctx); err != nil {
					return p.place.target.Fault("looking at the page in", err)
				}
				checked = true
			}
			err := ctx.Err()
			if err == nil {
				err = p.place.store.remove(ctx, step.object)
			}
			fault := ""
			if err != nil {
				if fault, err = p.remains(ctx, step, err); ctx.Err() != nil {
					err = ctx.Err()
				}
			}
			if err != nil {
				return p.place.target.Fault("removing "+step.Name+" from", err)
			}
			if fault != "" {
				left = append(left, fault)
				continue
			}
		}
		done(step)
	}
	if err := p.checkRemoved(ctx, &left); err != nil {
		return p.place.target.Fault("looking at", err)
	}
	if len(left) > 0 {
		return &LeftError{Place: p.place.String(), Left: left}
	}
	return nil
}

// A LeftError says that the new site is up, but that archives which show more are still in the place.
type LeftError struct {
	Place string
	// Left has a sentence for each: what it is, what it shows, why it is still there.
	Left []string
}

func (e *LeftError) Error() string {
	return fmt.Sprintf("the new site is up, but %s still has what may show more than it does: %s. Remove it by hand, or put right what is in the way and deploy again", e.Place, strings.Join(e.Left, "; "))
}

// remains says what is left of an archive that could not be removed for the reason err, "" where it does no harm.
func (p *Plan) remains(ctx context.Context, step Step, err error) (string, error) {
	var hidden *hiddenError
	what := step.Name
	if errors.As(err, &hidden) || step.object.old {
		what = fmt.Sprintf("the old version %s of %s", words.OneLine(step.object.id), step.Name)
		if step.Why == "" {
			// No matter, if there is nothing to be seen in it.
			o := step.object
			o.old = true
			var err error
			if step.Why, err = p.beyond(ctx, o); err != nil || step.Why == "" {
				return "", err
			}
		}
	}
	if step.Why != "" {
		what += " (" + step.Why + ")"
	}
	return what + ": " + p.place.target.Explain(err), nil
}

// checkRemoved looks whether everything that was removed is gone.
func (p *Plan) checkRemoved(ctx context.Context, left *[]string) error {
	if len(*left) > 0 {
		return nil
	}
	for kind, prefix := range map[string]string{RemoveArchive: "heatmap.", RemoveBasemap: templates.BasemapPrefix} {
		if err := p.checkGone(ctx, kind, prefix, left); err != nil {
			return err
		}
	}
	return nil
}

// checkGone looks whether everything is gone that was removed by steps of a kind, of files whose names begin with prefix.
func (p *Plan) checkGone(ctx context.Context, kind, prefix string, left *[]string) error {
	if !slices.ContainsFunc(p.Steps, func(s Step) bool { return s.Kind == kind }) {
		return nil
	}
	files, err := p.place.store.list(ctx, prefix)
	if err != nil {
		return err
	}
	for _, s := range p.Steps {
		if s.Kind != kind || !has(files, s.Name) {
			continue
		}
		// An older version of somebody else's may have come to light.
		if o, err := p.place.store.stat(ctx, s.Name); err != nil {
			return err
		} else if o.id == s.object.id {
			*left = append(*left, s.Name+": the place took the request to remove it, but goes on listing it")
		}
	}
	return nil
}

func (p *Plan) uploadFile(ctx context.Context, up *file, progress generator.Progress) error {
	f, err := os.Open(up.path)
	if err != nil {
		return err
	}
	defer f.Close()
	progress.Stage("Uploading", up.size, "bytes")
	defer progress.Done()
	err = p.place.store.write(ctx, up.name, &counted{f, progress}, about{archiveHeaders(up.name), up.md5, up.version})
	if err != nil {
		return err
	}
	whole, err := p.arrived(ctx, up)
	if err != nil {
		return err
	}
	if !whole {
		return errors.New("what has arrived there is not what was sent; the page was left as it is, so deploy again")
	}
	return nil
}

// Not every store has what it has just taken at once: lookingAgain is how long it is waited before it is asked anew, twice as
// long each time, until it has been asked timesAsked times.
const (
	lookingAgain = 100 * time.Millisecond
	timesAsked   = 6
)

// arrived is fileThere for a file that was written a moment ago.
func (p *Plan) arrived(ctx context.Context, f *file) (whole bool, err error) {
	wait := lookingAgain
	for n := 1; ; n++ {
		whole, err = p.fileThere(ctx, f)
		if gcerrors.Code(err) != gcerrors.NotFound || n == timesAsked {
			return whole, err
		}
		select {
		case <-ctx.Done():
			return false, ctx.Err()
		case <-time.After(wait):
		}
		wait *= 2
	}
}

func (p *Plan) uploadPage(ctx context.Context) error {
	sum := md5.Sum(p.site.Page)
	if err := p.place.store.write(ctx, PageName, bytes.NewReader(p.site.Page), about{headers: pageHeaders, md5: sum[:]}); err != nil {
		return err
	}
	return p.checkPage(ctx)
}

// checkPage reads the page back.
func (p *Plan) checkPage(ctx context.Context) error {
	page, err := p.place.store.read(ctx, PageName)
	if err != nil {
		return err
	}
	if !bytes.Equal(page, p.site.Page) {
		return errors.New("the page there is not the one that was sent, perhaps because of another deploy at the same time; no archive was removed, so deploy again")
	}
	return nil
}

// counted tells progress of all that is read.
type counted struct {
	io.Reader
	progress generator.Progress
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.progress.Add(int64(n))
	return n, err
}

// silent is the progress of nobody.
type silent struct{}

func (silent) Stage(string, int64, string) {}
func (silent) Add(int64)                   {}
func (silent) Done()                       {}
func (silent) Log(string, ...any)          {}
