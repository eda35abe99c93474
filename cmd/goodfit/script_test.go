package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"goodfit": main, "fails": fails, "limited": limited, "makefiles": makeFiles, "trained": trained})
}

// TestScripts runs the scripts of testdata. Besides goodfit they have the programs
// fails and limited, and the commands await, json, samejson and cut below; the
// tables of the examples are in $EXAMPLES.
func TestScripts(t *testing.T) {
	examples, err := filepath.Abs(filepath.Join("..", "..", "examples"))
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(e *testscript.Env) error {
			e.Setenv("EXAMPLES", examples)
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"await": await, "json": checkJSON, "samejson": sameJSON, "cut": cut, "flip": flip,
		},
	})
}

// fails runs goodfit and succeeds if it ends with the given code and one line on
// standard error that is no trace and no usage text: fails CODE ARGS…
func fails() {
	want, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	var stderr bytes.Buffer
	got := run(os.Args[2:], os.Stdin, os.Stdout, io.MultiWriter(os.Stderr, &stderr))
	text := stderr.String()
	last := text[strings.LastIndexByte(strings.TrimSuffix(text, "\n"), '\n')+1:]
	switch {
	case got != want:
		fmt.Printf("exit code %d, want %d\n", got, want)
		os.Exit(1)
	case want == exitBadInput && strings.Count(text, "\n") != 1:
		fmt.Println("want one line on standard error")
		os.Exit(1)
	case !strings.HasPrefix(last, "goodfit: ") || strings.Contains(text, "goroutine") || strings.Contains(text, "Usage:"):
		fmt.Println("the last line on standard error is no sentence of goodfit")
		os.Exit(1)
	}
}

// await waits until a file is there, and holds a text: await FILE [TEXT]
func await(ts *testscript.TestScript, neg bool, args []string) {
	for range 600 {
		_, err := os.Stat(ts.MkAbs(args[0]))
		if err == nil && (len(args) == 1 || strings.Contains(ts.ReadFile(args[0]), args[1])) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	ts.Fatalf("%q did not appear within 30 seconds", args)
}

// cut shortens a file to a share of its bytes: cut FILE PERCENT NEW
func cut(ts *testscript.TestScript, neg bool, args []string) {
	content := []byte(ts.ReadFile(args[0]))
	percent, err := strconv.Atoi(args[1])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), content[:len(content)*percent/100], 0o644))
}

// flip changes one bit of the byte at a share of a file: flip FILE PERCENT NEW
func flip(ts *testscript.TestScript, neg bool, args []string) {
	content := []byte(ts.ReadFile(args[0]))
	percent, err := strconv.Atoi(args[1])
	ts.Check(err)
	content[len(content)*percent/100] ^= 1
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), content, 0o644))
}

// checkJSON checks a value in a JSON file or stdout: json FILE PATH [OP VALUE], where
// PATH has dots between keys and indices, and OP is one of = != < <= > >=, or "type".
// A path of "keys" behind a dot is the sorted list of an object's keys.
func checkJSON(ts *testscript.TestScript, neg bool, args []string) {
	var v any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &v))
	found := true
	for key := range strings.SplitSeq(args[1], ".") {
		if v, found = member(v, key); !found {
			break
		}
	}
	holds := found
	if found && len(args) > 2 {
		holds = compare(ts, v, args[2], args[3])
	}
	if holds == neg {
		ts.Fatalf("json %q: the value is %v", args, v)
	}
}

// member returns what stands under a key.
func member(v any, key string) (any, bool) {
	switch v := v.(type) {
	case map[string]any:
		if key == "keys" {
			var keys []string
			for k := range v {
				keys = append(keys, k)
			}
			slices.Sort(keys)
			return strings.Join(keys, ","), true
		}
		m, ok := v[key]
		return m, ok
	case []any:
		if key == "length" {
			return float64(len(v)), true
		}
		i, err := strconv.Atoi(key)
		if err != nil || i < 0 || i >= len(v) {
			return nil, false
		}
		return v[i], true
	}
	return nil, false
}

func compare(ts *testscript.TestScript, v any, op, want string) bool {
	if op == "type" {
		return fmt.Sprintf("%T", v) == map[string]string{"number": "float64", "text": "string", "list": "[]interface {}",
			"object": "map[string]interface {}", "boolean": "bool"}[want]
	}
	x, isNumber := v.(float64)
	y, err := strconv.ParseFloat(want, 64)
	if !isNumber || err != nil {
		return (fmt.Sprint(v) == want) == (op == "=")
	}
	switch op {
	case "=":
		return x == y
	case "!=":
		return x != y
	case "<":
		return x < y
	case "<=":
		return x <= y
	case ">":
		return x > y
	case ">=":
		return x >= y
	}
	ts.Fatalf("unknown comparison %q", op)
	return false
}

// sameJSON compares two objects but for the time that they took and the places of
// their files: samejson A B
func sameJSON(ts *testscript.TestScript, neg bool, args []string) {
	var objects [2]map[string]any
	for k := range objects {
		ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[k])), &objects[k]))
		delete(objects[k], "seconds")
		delete(objects[k], "files")
	}
	if reflect.DeepEqual(objects[0], objects[1]) == neg {
		ts.Fatalf("samejson %q: equal is %v", args, !neg)
	}
}
