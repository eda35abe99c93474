// Package asmgen writes the assembly files of internal/kernel, and the Go files
// that choose between levels.
//
// A file is built from functions, a function from instructions in the syntax
// of the Go assembler. The generator knows registers, memory operands, the
// offsets of Go arguments, labels and constant tables; which registers hold
// what is the business of each kernel's builder.
//
// Matrix products and transposes emit instructions. All other kernels are written
// once for every level: their arithmetic is a [block], in which a value is used as
// often as one likes, and a [machine] lowers blocks and loops to the instructions
// and registers of AVX2, AVX-512 or NEON. A [family] lists kernels for one file.
//
// The test of this package fails when a checked-in file differs from what Files
// returns; with the flag -generate it writes them instead:
//
//	go test ./internal/kernel/asmgen -generate
package asmgen

// families lists the builders of every kernel family.
var families = []func() []*File{
	gemmFiles,
	transposeFiles,
	vectorFiles,
}

// Files returns the text of every generated file by its name in internal/kernel.
func Files() map[string]string {
	text := map[string]string{}
	for _, family := range families {
		for _, f := range family() {
			text[f.name] = f.String()
		}
	}
	return text
}
