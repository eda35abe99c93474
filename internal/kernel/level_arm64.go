//go:build arm64 && !purego

package kernel

func available(l Level) bool { return l == Generic || l == NEON }

func detect() Level { return NEON }
