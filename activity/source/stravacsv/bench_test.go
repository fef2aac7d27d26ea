package stravacsv

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkRead reads a table of 5,000 rows and 103 columns.
func BenchmarkRead(b *testing.B) {
	var text strings.Builder
	text.WriteString("Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,Distance,Max Heart Rate,Relative Effort,Commute,Activity Private Note,Activity Gear,Filename,Athlete Weight,Bike Weight,Elapsed Time,Moving Time,Distance")
	text.WriteString(strings.Repeat(",Further", 85) + "\n")
	for i := range 5000 {
		fmt.Fprintf(&text, "%d,\"Apr %d, 2021, 10:58:25 PM\",Evening Run,Run,\"A few\nlines\",3700,9.44,170,,false,,,activities/%d.fit.gz,,,3700.0,3605.0,9441.2", 5000000000+i, 1+i%30, 9000000000+i)
		text.WriteString(strings.Repeat(",0.0", 85) + "\n")
	}
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(strings.NewReader(text.String())); err != nil {
			b.Fatal(err)
		}
	}
}
