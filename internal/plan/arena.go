package plan

import "unsafe"

// arena lays out buffers in one block of memory. Buffers that are never in use
// at the same time share memory. First all buffers are placed, then the block is
// made, then the buffers are had by slice.
type arena struct {
	size int
	free []span // sorted by lo, no two touching
}

// span is a part of the block, in float32.
type span struct{ lo, hi int }

// take places a buffer of n values at the first free part that is long enough.
func (a *arena) take(n int) span {
	if n == 0 {
		return span{}
	}
	n = (n + align - 1) / align * align
	for i, f := range a.free {
		if f.hi-f.lo < n {
			continue
		}
		if f.hi-f.lo == n {
			a.free = append(a.free[:i], a.free[i+1:]...)
		} else {
			a.free[i].lo += n
		}
		return span{f.lo, f.lo + n}
	}
	s := span{a.size, a.size + n}
	a.size += n
	return s
}

// give frees a buffer for others that are placed later.
func (a *arena) give(s span) {
	if s.hi == s.lo {
		return
	}
	i := 0
	for i < len(a.free) && a.free[i].lo < s.lo {
		i++
	}
	a.free = append(a.free, span{})
	copy(a.free[i+1:], a.free[i:])
	a.free[i] = s
	a.merge()
}

// merge joins free parts that touch.
func (a *arena) merge() {
	out := a.free[:0]
	for _, f := range a.free {
		if n := len(out); n > 0 && out[n-1].hi == f.lo {
			out[n-1].hi = f.hi
		} else {
			out = append(out, f)
		}
	}
	a.free = out
}

// slice returns the first n values of a buffer.
func slice(block []float32, s span, n int) []float32 {
	if n == 0 {
		return nil
	}
	return block[s.lo : s.lo+n : s.lo+n]
}

// alignedSlice returns n zeros that begin at a cache line.
func alignedSlice(n int) []float32 {
	if n == 0 {
		return nil
	}
	b := make([]float32, n+align)
	off := int(uintptr(unsafe.Pointer(&b[0])) / 4 % align)
	if off > 0 {
		off = align - off
	}
	return b[off : off+n : off+n]
}
