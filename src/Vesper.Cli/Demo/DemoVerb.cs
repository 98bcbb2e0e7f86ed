using System.CommandLine;
using Vesper.Cli.Terminal;

namespace Vesper.Cli.Demo;

/// <summary>
/// <c>demo</c>: the tour. Everything in it is the real thing: the same store, index and files as any collection.
/// </summary>
internal static class DemoVerb
{
    /// <summary>Makes the verb.</summary>
    public static Command Create(Output output) =>
        new VerbCommand(
            "demo",
            "Take the tour: import real documents, search them by text, measure, reopen",
            "demo",
            "demo --data /tmp/vesper-demo")
            .Noted($"It makes the collection {DemoRun.CollectionName}, replaces that of an earlier run, and touches "
                + $"no other; one of that name that it did not make is left alone.")
            .Does(output, session => new DemoRun(session).RunAsync());
}
