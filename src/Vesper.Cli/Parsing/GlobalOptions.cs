using System.CommandLine;

namespace Vesper.Cli.Parsing;

/// <summary>The options of every verb.</summary>
internal static class GlobalOptions
{
    /// <summary>The database directory.</summary>
    public static Option<string> Data { get; } = new("--data")
    {
        HelpName = "DIR",
        Description = "The database directory",
        DefaultValueFactory = _ => "./vesper-data",
        Recursive = true,
    };

    /// <summary>Whether to print JSON.</summary>
    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Print one JSON object a line; errors on stderr also as {\"error\":{\"code\",\"message\"}}",
        Recursive = true,
    };

    /// <summary>What opening does about damage.</summary>
    public static Option<RecoveryMode> Recovery { get; } = Recursive(Parsed.Option(
        "--recovery",
        "strict|prefix|salvage",
        "What to do about damage: refuse, keep what stands before it, or keep every batch that reads",
        text => Parsed.OneOf(
            text,
            ("strict", RecoveryMode.Strict),
            ("prefix", RecoveryMode.Prefix),
            ("salvage", RecoveryMode.Salvage))));

    /// <summary>The vector field.</summary>
    public static Option<string?> Field { get; } = new("--field")
    {
        HelpName = "NAME",
        Description = "The vector field, where a collection has several",
        Recursive = true,
    };

    private static Option<T> Recursive<T>(Option<T> option)
    {
        option.Recursive = true;
        return option;
    }
}
