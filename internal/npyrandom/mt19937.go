package npyrandom

const (
	stateLen = 624 // words of state
	stateMid = 397 // distance of the word that is mixed in
	upper    = 0x80000000
	lower    = 0x7fffffff
	twist    = 0x9908b0df
)

// State is a numpy RandomState. It is not safe for concurrent use.
type State struct {
	key [stateLen]uint32
	pos int // next word of key to hand out; stateLen when all are used

	spare    float64 // second Gaussian of the last pair
	hasSpare bool
}

// New returns the state of RandomState(seed) for a seed below 2³², and that of
// RandomState([low 32 bits, high 32 bits]) for a larger one, which numpy does
// not take as one number.
func New(seed uint64) *State {
	if seed>>32 == 0 {
		s := new(State)
		s.seed(uint32(seed))
		return s
	}
	return NewFromArray([]uint32{uint32(seed), uint32(seed >> 32)})
}

// NewFromArray returns the state of RandomState(key). It panics on an empty
// key, which numpy refuses too.
func NewFromArray(key []uint32) *State {
	if len(key) == 0 {
		panic("npyrandom: a seed array needs at least one number")
	}
	s := new(State)
	s.seed(19650218)
	i, j := 1, 0
	for range max(stateLen, len(key)) {
		s.key[i] = (s.key[i] ^ scramble(s.key[i-1])*1664525) + key[j] + uint32(j)
		i = s.carry(i)
		j = (j + 1) % len(key)
	}
	for range stateLen - 1 {
		s.key[i] = (s.key[i] ^ scramble(s.key[i-1])*1566083941) - uint32(i)
		i = s.carry(i)
	}
	s.key[0] = upper
	return s
}

func scramble(w uint32) uint32 { return w ^ w>>30 }

// carry advances a position of the array seeding; past the end the last word
// takes the place of the first.
func (s *State) carry(i int) int {
	if i++; i < stateLen {
		return i
	}
	s.key[0] = s.key[stateLen-1]
	return 1
}

func (s *State) seed(seed uint32) {
	s.key[0] = seed
	for i := 1; i < stateLen; i++ {
		s.key[i] = 1812433253*scramble(s.key[i-1]) + uint32(i)
	}
	s.pos = stateLen
}

// refill makes the next stateLen words of the recurrence.
func (s *State) refill() {
	k := &s.key
	for i := range stateLen - stateMid {
		k[i] = k[i+stateMid] ^ mix(k[i], k[i+1])
	}
	for i := stateLen - stateMid; i < stateLen-1; i++ {
		k[i] = k[i+stateMid-stateLen] ^ mix(k[i], k[i+1])
	}
	k[stateLen-1] = k[stateMid-1] ^ mix(k[stateLen-1], k[0])
	s.pos = 0
}

func mix(a, b uint32) uint32 {
	return (a&upper|b&lower)>>1 ^ -(b&1)&twist
}

// Uint32 returns the next 32 bits.
func (s *State) Uint32() uint32 {
	if s.pos == stateLen {
		s.refill()
	}
	y := s.key[s.pos]
	s.pos++
	y ^= y >> 11
	y ^= y << 7 & 0x9d2c5680
	y ^= y << 15 & 0xefc60000
	return y ^ y>>18
}

// Uint64 returns the next 64 bits, the high half drawn first.
func (s *State) Uint64() uint64 {
	high := uint64(s.Uint32())
	return high<<32 | uint64(s.Uint32())
}
