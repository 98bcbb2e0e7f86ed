using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Vesper.Cli;

/// <summary>The usual help, with the verb's notes and examples below.</summary>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is VerbCommand verb)
        {
            Write(verb, parseResult.InvocationConfiguration.Output);
        }

        return 0;
    }

    private static void Write(VerbCommand verb, TextWriter output)
    {
        if (verb.Notes.Length > 0)
        {
            output.WriteLine(verb.Notes);
            output.WriteLine();
        }

        output.WriteLine("Examples:");
        foreach (var example in verb.Examples)
        {
            output.WriteLine($"  vesper {example}");
        }

        output.WriteLine();
    }
}
