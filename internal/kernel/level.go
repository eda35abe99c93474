package kernel

// Level is a set of vector instructions that kernels are written for.
// Levels are ordered only within one architecture.
type Level int

// The levels. [Generic] is the Go twin, on every machine.
const (
	Generic Level = iota
	AVX2          // amd64: AVX2 and FMA
	AVX512        // amd64: AVX-512 F, VL, BW and DQ
	NEON          // arm64
)

// String returns the level's name as `goodfit version` prints it.
func (l Level) String() string {
	switch l {
	case AVX2:
		return "AVX2"
	case AVX512:
		return "AVX-512"
	case NEON:
		return "NEON"
	}
	return "generic"
}

// active is the level in use. It is a plain variable read by `if`: a function
// variable would make every caller's buffers escape to the heap.
var active = detect()

// Active returns the level in use.
func Active() Level { return active }

// Best returns the highest level that this machine and build have.
func Best() Level { return detect() }

// Use switches to a level that the machine has and returns a function that
// switches back. It is for tests and benchmarks, and must not run beside
// kernels. It panics if the machine or the build lacks the level.
func Use(l Level) (restore func()) {
	if !available(l) {
		panic("kernel: level " + l.String() + " is not available")
	}
	old := active
	active = l
	return func() { active = old }
}

// Levels returns every level that this machine and build have, [Generic] first.
func Levels() []Level {
	levels := []Level{Generic}
	for _, l := range []Level{AVX2, AVX512, NEON} {
		if available(l) {
			levels = append(levels, l)
		}
	}
	return levels
}
