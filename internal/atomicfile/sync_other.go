//go:build !unix

package atomicfile

// syncDir does nothing: directories cannot be opened for syncing here.
func syncDir(string) error { return nil }
