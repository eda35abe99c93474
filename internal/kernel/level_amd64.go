//go:build amd64 && !purego

package kernel

import "golang.org/x/sys/cpu"

func available(l Level) bool {
	avx2 := cpu.X86.HasAVX2 && cpu.X86.HasFMA
	switch l {
	case Generic:
		return true
	case AVX2:
		return avx2
	case AVX512:
		return avx2 && cpu.X86.HasAVX512F && cpu.X86.HasAVX512VL && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512DQ
	}
	return false
}

func detect() Level {
	for _, l := range []Level{AVX512, AVX2} {
		if available(l) {
			return l
		}
	}
	return Generic
}
