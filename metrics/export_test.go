package metrics

// Names lists what is registered, so that tests can see to it that each has a
// fixture.
var Names = table.Names
