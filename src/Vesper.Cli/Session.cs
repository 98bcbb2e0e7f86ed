using System.CommandLine;
using Vesper.Cli.Parsing;
using Vesper.Cli.Terminal;

namespace Vesper.Cli;

/// <summary>One run of a verb: the values of its options, where it writes, and how it opens the database.</summary>
internal sealed class Session(ParseResult options, Output output, CancellationToken cancellation)
{
    /// <summary>Where it writes.</summary>
    public Output Output => output;

    /// <summary>Ends the run early: Ctrl-C.</summary>
    public CancellationToken Cancellation => cancellation;

    /// <summary>The database directory as it was given.</summary>
    public string DataPath => Value(GlobalOptions.Data)!;

    /// <summary>Whether the directory is the default one.</summary>
    public bool IsDefaultData => options.GetResult(GlobalOptions.Data) is null or { Implicit: true };

    /// <summary>The vector field that was named, or null.</summary>
    public string? Field => Value(QueryOptions.Field);

    /// <summary>Whether the command line has the option.</summary>
    public bool IsGiven(Option option) => options.GetResult(option) is { Implicit: false };

    /// <summary>
    /// The value of an option; the default of its type when it was not given and has no default of its own.
    /// </summary>
    public T? Value<T>(Option<T> option) =>
        options.GetResult(option) is null ? default : options.GetValue(option);

    /// <summary>The value of an argument.</summary>
    public T Value<T>(Argument<T> argument) => options.GetRequiredValue(argument);

    /// <summary>The value of an argument that may be left out.</summary>
    public T? Optional<T>(Argument<T> argument) => options.GetValue(argument);

    /// <summary>Opens the database for reading, beside other readers; it writes nothing.</summary>
    public ValueTask<VesperDatabase> OpenToReadAsync() => OpenAsync(readOnly: true, create: false);

    /// <summary>Opens the database as its only writer.</summary>
    /// <param name="create">Whether to make the directory when there is no database.</param>
    public ValueTask<VesperDatabase> OpenToWriteAsync(bool create = false) => OpenAsync(readOnly: false, create);

    private ValueTask<VesperDatabase> OpenAsync(bool readOnly, bool create) => VesperDatabase.OpenAsync(
        DataPath,
        new VesperOptions { ReadOnly = readOnly, CreateIfMissing = create, Recovery = Value(GlobalOptions.Recovery) },
        cancellation);
}
