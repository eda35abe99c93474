package callbacks

import "github.com/goodfit-ml/goodfit"

// Registered are the callbacks that a file may hold: those that need nothing but
// their fields, and neither write files nor look at a clock.
func init() {
	goodfit.RegisterCallback("EarlyStopping", EarlyStopping{})
	goodfit.RegisterCallback("Pretrain", Pretrain{})
	goodfit.RegisterCallback("ReduceOnPlateau", ReduceOnPlateau{})
	goodfit.RegisterCallback("StopAt", StopAt{})
	goodfit.RegisterCallback("TerminateOnNaN", TerminateOnNaN{})
}
