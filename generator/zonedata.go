//go:build !js

package generator

import _ "time/tzdata" // the rules of time zones, for systems that have none
