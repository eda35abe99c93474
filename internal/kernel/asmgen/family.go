package asmgen

import (
	"fmt"
	"strings"
)

// family is a set of kernels that share one assembly file for each level.
type family struct {
	name, about string
	kernels     []spec
}

// spec is one kernel: its Go arguments and its builder, which leaves the
// function's end to the caller.
type spec struct {
	name string
	args []arg
	each bool // element by element: may be cut anywhere; an argument n follows the slices
	// wideOnly is for AVX-512 alone.
	wideOnly bool
	build    func(r *routine)
}

// arg is an argument of a kernel's Go function.
type arg struct {
	name string
	kind argKind
}

type argKind int

const (
	floats argKind = iota // []float32
	words                 // []uint32
	number                // float32
	count                 // int
	result                // *float32
	word                  // uint32
)

// goTypes are the types in Go and of the assembly function's argument.
var goTypes = map[argKind][2]string{
	floats: {"[]float32", "*float32"},
	words:  {"[]uint32", "*uint32"},
	number: {"float32", "float32"},
	count:  {"int", "int"},
	result: {"*float32", "*float32"},
	word:   {"uint32", "uint32"},
}

func (k argKind) slice() bool { return k == floats || k == words }

// named lists arguments of one kind by their names, with spaces between; a name
// that begins with # is a slice of words.
func named(kind argKind, names string) []arg {
	var list []arg
	for _, n := range strings.Fields(names) {
		if of, ok := strings.CutPrefix(n, "#"); ok {
			list = append(list, arg{of, words})
			continue
		}
		list = append(list, arg{n, kind})
	}
	return list
}

// names are the arguments' names.
func names(args []arg) []string {
	var list []string
	for _, a := range args {
		list = append(list, a.name)
	}
	return list
}

// elementwise is a kernel that works on each element alone: slices and numbers
// are names with spaces between. In the body slot i is the i-th slice.
func elementwise(name, slices, numbers string, unroll int, body func(b *block)) spec {
	s := spec{name: name, args: append(named(floats, slices), named(number, numbers)...), each: true}
	s.build = func(r *routine) {
		ptrs := r.args(names(named(floats, slices))...)
		n := r.args("n")[0]
		r.along(n, ptrs, unroll, body)
	}
	return s
}

// params are the arguments of the assembly function.
func (s *spec) params() []Param {
	var list []Param
	for _, a := range s.asmArgs() {
		switch a.kind {
		case number:
			list = append(list, Float32(a.name))
		case word:
			list = append(list, Int32(a.name))
		default:
			list = append(list, Int(a.name))
		}
	}
	return list
}

// asmArgs are the arguments in the assembly function's order.
func (s *spec) asmArgs() []arg {
	if !s.each {
		return s.args
	}
	var list []arg
	for i, a := range s.args {
		list = append(list, a)
		if a.kind.slice() && (i == len(s.args)-1 || !s.args[i+1].kind.slice()) {
			list = append(list, arg{"n", count})
		}
	}
	return list
}

// vectorFamilies are the families of this package's vector kernels.
func vectorFamilies() []family {
	return []family{vecFamily(), actFamily(), lossFamily(), optFamily(), randomFamily(), softmaxFamily(), sumFamily(), normFamily(), recurrentFamily(), linesFamily()}
}

// vectorFiles builds their assembly, and the Go files that choose the level.
func vectorFiles() []*File {
	var files []*File
	for _, f := range vectorFamilies() {
		for _, wide := range []bool{false, true} {
			files = append(files, f.amd64(wide))
		}
		files = append(files, f.arm64())
	}
	return append(files, dispatchFiles()...)
}

func (f *family) amd64(wide bool) *File {
	level := "avx2"
	if wide {
		level = "avx512"
	}
	file := NewFile(fmt.Sprintf("%s_%s_amd64.s", f.name, level), "amd64", f.about)
	x := newX86(wide, file)
	for _, k := range f.kernels {
		if wide || !k.wideOnly {
			k.emit(x)
		}
	}
	x.close()
	return file
}

func (f *family) arm64() *File {
	file := NewFile(f.name+"_neon_arm64.s", "arm64", f.about)
	a := newARM(file)
	for _, k := range f.kernels {
		if !k.wideOnly {
			k.emit(a)
		}
	}
	a.close()
	return file
}

// emit builds the kernel with as many constants and parameters kept in registers
// as there is room for.
func (s *spec) emit(m machine) {
	undo := m.mark()
	wants, ok := s.try(m, nil)
	if !ok {
		panic(fmt.Sprintf("asmgen: %s%s needs more registers", s.name, m.suffix()))
	}
	for n := len(wants); ; n-- {
		undo()
		undo = m.mark()
		if _, ok := s.try(m, wants[:n]); ok {
			return
		}
	}
}

// try builds the kernel with the given values in registers from the start on. It
// returns those that the kernel would rather have there, most used first, and
// whether the registers were enough.
func (s *spec) try(m machine, hoist []*vec) (wants []*vec, ok bool) {
	defer func() {
		if e := recover(); e != nil {
			if _, short := e.(shortage); !short {
				panic(e)
			}
		}
	}()
	m.start(s.name, s.params())
	for _, v := range hoist {
		m.hoist(v)
	}
	s.build(&routine{machine: m})
	m.finish()
	return m.wanted(), true
}
