//go:build !unix

package main

// limited is only for systems with limits of file sizes.
func limited() { panic("no limits of file sizes here") }
