package demo

import (
	"math"

	"heatmapgen/activity"
	"heatmapgen/internal/chance"
)

// move sets the speed and the effort of every moment.
func (s *session) move(o *outing) {
	ms := o.moments
	n := len(ms)
	if n == 0 {
		return
	}
	// Faster over the years, and not every day is the same.
	fit := 1 + 0.028*float64(s.year) + 0.05*(2*chance.Share(hash(s.seed, 1))-1)
	total := ms[n-1].s
	fade := 0.05 * max(0, total-12000) / 12000 // of long runs, towards the end
	k := 0
	for i := range ms {
		m := &ms[i]
		lo, hi := &ms[max(i-4, 0)], &ms[min(i+4, n-1)]
		grade := 0.0
		if d := hi.s - lo.s; d > 10 {
			grade = min(max((hi.alt-lo.alt)/d, -0.45), 0.45)
		}
		for k < len(s.spurts) && m.s > s.spurts[k].to {
			k++
		}
		times := m.swift * (1 + 0.035*noise(s.seed, m.s/350, 0) + 0.015*noise(s.seed+1, m.s/60, 0))
		if k < len(s.spurts) && m.s >= s.spurts[k].from {
			times *= s.spurts[k].times
		}
		switch s.sport {
		case activity.SportRide:
			m.speed, m.effort = ride(s.pace*fit*times, grade)
		case activity.SportWalk, activity.SportHike:
			m.speed, m.effort = hike(s.pace*times, grade)
		default:
			m.speed, m.effort = run(s.pace*fit*times*(1-fade*m.s/total), grade, m.kind == trail)
			m.effort /= 1 + 0.02*float64(s.year)
		}
		m.speed = min(m.speed, bendMS(ms[max(i-2, 0)].p, m.p, ms[min(i+2, n-1)].p))
	}
	// Nobody gathers speed by more than 0.5 m/s2 nor brakes by more than 0.9.
	for i := 1; i < n; i++ {
		ms[i].speed = min(ms[i].speed, math.Sqrt(ms[i-1].speed*ms[i-1].speed+2*0.5*stepM))
	}
	for i := n - 2; i >= 0; i-- {
		ms[i].speed = min(ms[i].speed, math.Sqrt(ms[i+1].speed*ms[i+1].speed+2*0.9*stepM))
	}
}

// bendMS returns the speed in m/s at which one takes the bend a, b, c: that of
// a quarter of gravity sideways, and at least a walk.
func bendMS(a, b, c pt) float64 {
	in, out := b.sub(a), c.sub(b)
	turn := math.Abs(math.Atan2(in.cross(out), in.x*out.x+in.y*out.y))
	if turn < 0.05 {
		return math.Inf(1)
	}
	radius := (in.dist(pt{}) + out.dist(pt{})) / 2 / turn
	return max(math.Sqrt(2.5*radius), 1.3)
}

// run returns the speed in m/s of a runner who does pace on the flat, and the
// share of the aerobic capacity that takes. The cost of running at a grade, in
// J/kg/m, is that of Minetti et al. 2002, Journal of Applied Physiology 93.
func run(pace, grade float64, rough bool) (speed, effort float64) {
	i := grade
	cost := ((((155.4*i-30.4)*i-43.3)*i+46.3)*i+19.5)*i + 3.6
	const flat = 3.6
	push := 1.0
	if i > 0 {
		push += 0.3 * min(i/0.15, 1) // one works harder uphill
	}
	speed = pace * flat * push / cost
	top := pace * 1.16
	if rough {
		top = pace * 1.04
	}
	if i < -0.12 {
		top *= 1 + 1.4*(i+0.12) // and brakes on the steep way down
	}
	speed = min(speed, top)
	return speed, speed * cost / capacityW
}

// capacityW is the athlete's aerobic capacity in W/kg, some 50 ml of oxygen a
// minute and kg.
const capacityW = 17

// hike returns the speed in m/s of a walker who does pace on the flat, by
// Tobler's hiking function (1993), and the effort by Minetti's cost of walking.
func hike(pace, grade float64) (speed, effort float64) {
	i := grade
	cost := ((((280.5*i-58.7)*i-76.8)*i+51.9)*i+19.6)*i + 2.5
	speed = pace * math.Exp(-3.5*(math.Abs(grade+0.05)-0.05))
	return speed, speed * cost / capacityW
}

// ride returns the speed in m/s of a rider at a power in watts: 80 kg with the
// bicycle, rolling resistance 0.006, drag area 0.42 m2; 1.8 to 15 m/s.
func ride(watts, grade float64) (speed, effort float64) {
	if grade > 0 {
		watts *= 1 + 0.4*min(grade/0.06, 1)
	}
	rolling, drag := 80*9.81*(grade+0.006), 0.5*1.2*0.42
	lo, hi := 1.8, 15.0
	for range 14 {
		if v := (lo + hi) / 2; (rolling+drag*v*v)*v < watts {
			lo = v
		} else {
			hi = v
		}
	}
	need := (rolling + drag*lo*lo) * lo
	return lo, min(max(need, 0), watts*1.3) / 330
}
