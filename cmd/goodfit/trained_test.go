package main

import (
	"context"
	"io"
	"log"
	"os"

	"github.com/spf13/pflag"

	"github.com/goodfit-ml/goodfit/datasets"
)

// trained trains an ensemble of every kind and writes KIND.goodfit, and KIND.csv with
// what it predicts in the process that trained it: trained DATA.csv TARGET
func trained() {
	for _, k := range ensembleKinds {
		if err := trainKind(k, os.Args[1], os.Args[2]); err != nil {
			log.Fatal(k.name, ": ", err)
		}
	}
}

func trainKind(k ensembleKind, path, target string) error {
	f, set := &fitFlags{}, pflag.NewFlagSet("fit", pflag.ContinueOnError)
	f.add(set)
	args := []string{"--target", target, "--ensemble", k.name, "--epochs", "4", "--quiet", "--out", "."}
	if k.members > 3 {
		args = append(args, "--members", "3")
	}
	if err := set.Parse(args); err != nil {
		return err
	}
	j := &fitJob{flags: f, path: path, stdout: io.Discard, stderr: io.Discard, text: io.Discard}
	table, err := datasets.ReadCSVFile(path, datasets.CSVOptions{})
	if err != nil {
		return err
	}
	if task, err := table.InferTask(target); err != nil || k.classes && task != datasets.TaskClassification {
		return err
	}
	if err := j.prepare(nil); err != nil {
		return err
	}
	r, err := j.training.Run(context.Background())
	if err != nil {
		return err
	}
	if err := r.Pipeline.Save(k.name + ".goodfit"); err != nil {
		return err
	}
	predictions, err := r.Pipeline.Predict(table)
	if err != nil {
		return err
	}
	out, err := predictions.Table(nil)
	if err != nil {
		return err
	}
	return writeTable(out, k.name+".csv", false, io.Discard)
}
