//go:build !js

package intervals

import (
	"cmp"
	"context"
	"errors"
	"fmt"
)

// Refetch fetches the recording of one activity anew, and what the service says of it now. id is as the service calls the
// activity; folder dir must know it. When that fails, what was there stays.
func Refetch(ctx context.Context, dir, id string, o Options) error {
	s := &syncer{o: o, report: &Report{}, progress: silent{}}
	var err error
	if s.client, err = newClient(&o); err != nil {
		return err
	}
	defer s.client.close()
	if s.folder, err = makeFolder(dir); err != nil {
		return err
	}
	defer s.folder.close()
	if s.index, _, err = s.folder.load(); err != nil {
		return err
	}
	if _, err := s.folder.check(s.index); err != nil {
		return err
	}
	e := s.index.byID[id]
	if e == nil {
		return fmt.Errorf("the activity %s is not among those that were fetched from intervals.icu", shown(id))
	}
	if e.Day != "" {
		listed, _, err := s.client.list(ctx, e.Day, e.Day)
		if err != nil {
			return err
		}
		for i := range listed {
			if string(listed[i].ID) == id {
				s.listed(&listed[i])
			}
		}
		e = s.index.byID[id]
	}
	if e.State != stateStrava {
		file, err := s.fetchOne(ctx, e)
		if err := s.arrived(arrival{e, file, err}); err != nil {
			return errors.Join(err, s.folder.save(s.index))
		}
	}
	if err := s.folder.save(s.index); err != nil {
		return err
	}
	switch e.State {
	case stateFile:
		return nil
	case stateStrava:
		return errFromStrava
	}
	return errors.New(cmp.Or(e.Why, ReasonNoFile))
}
