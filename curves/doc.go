// Package curves holds learning curves: what training recorded ([History]), what its shape says
// ([Diagnose]), and readers and writers for the history files of goodfit and other programs.
package curves
