package timezones

import "heatmapgen/internal/beside"

// file returns a table of time zones, which are twice as large as the module.
func file(name string) ([]byte, error) { return beside.Read(name) }

func checkFile(name string) error { return beside.Check(name) }
