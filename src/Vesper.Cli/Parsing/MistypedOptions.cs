using System.CommandLine;
using System.CommandLine.Parsing;

namespace Vesper.Cli.Parsing;

/// <summary>
/// Finds options that do not exist. The parser takes such a token as an argument, or as one more value of an option
/// that takes several: an id to delete, say. Behind <c>--</c> anything is an argument, and <c>--option=value</c> is
/// always a value.
/// </summary>
internal static class MistypedOptions
{
    /// <summary>The first token that must be an option and is none, or null.</summary>
    public static string? Find(ParseResult parsed, string[] arguments)
    {
        var taken = parsed.CommandResult.Children.Where(TakesWhatComes).SelectMany(child => child.Tokens)
            .Where(token => token.Value is ['-', _, ..] && arguments.Contains(token.Value))
            .ToHashSet(ReferenceEqualityComparer.Instance);
        return parsed.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash)
            .FirstOrDefault(taken.Contains)?.Value;
    }

    private static bool TakesWhatComes(SymbolResult result) => result switch
    {
        ArgumentResult => true,
        OptionResult option => option.Option.AllowMultipleArgumentsPerToken,
        _ => false,
    };
}
