using System.CommandLine;

namespace Vesper.Cli.Parsing;

/// <summary>The options of every verb.</summary>
internal static class GlobalOptions
{
    /// <summary>The database directory.</summary>
    public static Option<string> Data { get; } = MakeData();

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

    private static Option<string> MakeData()
    {
        var data = Parsed.Option("--data", "DIR", "The database directory", text => text.Length > 0
            ? text
            : throw new UsageException("the database directory has no name"));
        data.DefaultValueFactory = _ => "./vesper-data";
        return Recursive(data);
    }

    private static Option<T> Recursive<T>(Option<T> option)
    {
        option.Recursive = true;
        return option;
    }
}
