package stravacsv

import "testing"

func TestLocalNumber(t *testing.T) {
	tests := []struct {
		text    string
		decimal byte
		three   bool // three digits are thousands whatever the mark
		want    float64
	}{
		{"9.44", '.', false, 9.44},
		{"9,44", ',', false, 9.44},
		{"9,44", '.', false, 9.44}, // the language's mark is only a hint
		{"9.44", ',', false, 9.44},
		{"4,416", '.', true, 4416},
		{"4.416", ',', true, 4416},
		{"4.416", '.', true, 4416},
		{"4,416", '.', false, 4416},
		{"4,416", ',', false, 4.416},
		{"1,021.55", '.', false, 1021.55},
		{"1.021,55", ',', false, 1021.55},
		{"1 021,55", ',', false, 1021.55},
		{"1\u00a0021,55", ',', false, 1021.55},
		{"1\u202f021,55", ',', false, 1021.55},
		{"1’021.55", '.', false, 1021.55},
		{"1'021.55", '.', false, 1021.55},
		{"1,234,567", '.', false, 1234567},
		{"1.234.567,8", ',', false, 1234567.8},
		{"1500", '.', true, 1500},
		{"0", '.', false, 0},
		{"", '.', false, 0},
		{"-3", '.', false, 0},
		{"NaN", '.', false, 0},
		{"Inf", '.', false, 0},
		{"1e999", '.', false, 0},
		{"nine", '.', false, 0},
		{".", '.', false, 0},
		{",", '.', true, 0},
	}
	for _, tt := range tests {
		if got := localNumber(tt.text, tt.decimal, tt.three); got != tt.want {
			t.Errorf("localNumber(%q, %q, %v) = %v, want %v", tt.text, tt.decimal, tt.three, got, tt.want)
		}
	}
}

func TestPlainNumber(t *testing.T) {
	tests := []struct {
		text string
		want float64
	}{
		{"9441.2001953125", 9441.2001953125}, {" 3605.0 ", 3605}, {"9441,2", 9441.2}, {"", 0}, {"-1.5", 0}, {"x", 0}, {"1,2,3", 0},
	}
	for _, tt := range tests {
		if got := plainNumber(tt.text); got != tt.want {
			t.Errorf("plainNumber(%q) = %v, want %v", tt.text, got, tt.want)
		}
	}
}
