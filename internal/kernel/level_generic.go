//go:build purego || !(amd64 || arm64)

package kernel

func available(l Level) bool { return l == Generic }

func detect() Level { return Generic }
