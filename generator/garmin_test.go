package generator

import (
	"slices"
	"testing"

	"heatmapgen/generator/config"
)

// TestNamesOfGarminsExport: what a table says goes before what a recording says, and is known to filters.
func TestNamesOfGarminsExport(t *testing.T) {
	s := newSite(t)
	s.straight("x_101.gpx", 1, near(0, 0), near(3000, 0)) // at 2023-01-02 08:00 UTC
	s.straight("x_102.gpx", 2, near(0, 500), near(3000, 500))
	s.file("x_0_summarizedActivities.json", `[{"summarizedActivitiesExport":[{"activityId":555666777,"name":"Up the hill","activityType":"hiking","beginTimestamp":1672646400400},{"activityId":1,"activityType":"running","beginTimestamp":1}]}]`)
	s.file("x_gear.json", `[{"gearDTOS":[{"gearPk":7,"displayName":"Boots"}],"gearActivityDTOs":{"7":[{"activityId":555666777}]}}]`)
	s.cfg.Filter.Sports, s.cfg.Filter.Gear = []string{"Hike"}, []string{"boots"}
	s.cfg.Privacy.PublishNames, s.cfg.Page.Publish = true, []string{config.PublishGear}
	s.mustBuild(2)
	a := s.opened().Meta.Activities
	if !slices.Equal(a.Name, []string{"Up the hill"}) || !slices.Equal(a.Sports, []string{"Hike"}) || !slices.Equal(a.Gears, []string{"Boots"}) {
		t.Errorf("%+v", a)
	}
	survey, err := NewSurvey(t.Context(), s.cfg, s.options(1))
	if err != nil {
		t.Fatal(err)
	}
	defer survey.Close()
	for _, r := range survey.Rows() {
		if told := r.ID == "files:x_101.gpx"; told && (r.SportFrom != SportFromSource || r.Name != "Up the hill") || !told && (r.SportFrom != SportFromFile || r.Sport != "Run") {
			t.Errorf("%s: %s is from %s", r.ID, r.Sport, r.SportFrom)
		}
	}
}
