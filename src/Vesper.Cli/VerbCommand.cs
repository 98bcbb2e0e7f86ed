using System.CommandLine;
using Vesper.Cli.Terminal;

namespace Vesper.Cli;

/// <summary>A verb: its options, its examples, and what it does with a <see cref="Session"/>.</summary>
internal sealed class VerbCommand : Command
{
    /// <summary>A verb of a name.</summary>
    /// <param name="name">What is typed.</param>
    /// <param name="description">What it does, for the help.</param>
    /// <param name="examples">Command lines without the tool's name, for the help.</param>
    public VerbCommand(string name, string description, params string[] examples)
        : base(name, description) => Examples = examples;

    /// <summary>Command lines without the tool's name.</summary>
    public IReadOnlyList<string> Examples { get; }

    /// <summary>What else there is to know, for the help of this verb alone; may be empty.</summary>
    public string Notes { get; private set; } = "";

    /// <summary>Adds options.</summary>
    public VerbCommand With(IEnumerable<Option> options)
    {
        foreach (var option in options)
        {
            Add(option);
        }

        return this;
    }

    /// <summary>Sets the notes.</summary>
    public VerbCommand Noted(string notes)
    {
        Notes = notes;
        return this;
    }

    /// <summary>Sets what the verb does; the result is the exit code.</summary>
    public VerbCommand Does(Output output, Func<Session, Task<int>> run)
    {
        SetAction((options, cancellation) => run(new Session(options, output, cancellation)));
        return this;
    }

    /// <summary>The same for work that succeeds or throws.</summary>
    public VerbCommand Does(Output output, Func<Session, Task> run) => Does(output, async session =>
    {
        await run(session);
        return 0;
    });
}
