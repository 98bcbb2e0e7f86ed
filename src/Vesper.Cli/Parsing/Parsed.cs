using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Vesper.Cli.Parsing;

/// <summary>
/// Makes options and arguments whose text is checked while the command line is parsed: a bad value is wrong usage.
/// </summary>
internal static class Parsed
{
    /// <summary>
    /// An option read by a function that throws <see cref="UsageException"/> or a <see cref="VesperException"/>.
    /// </summary>
    public static Option<T> Option<T>(string name, string valueName, string description, Func<string, T> parse) =>
        new(name)
        {
            HelpName = valueName,
            Description = description,
            Arity = ArgumentArity.ExactlyOne,
            CustomParser = result => Read(result, name, parse),
        };

    /// <summary>An option that takes several values, or is repeated.</summary>
    public static Option<List<T>> Options<T>(
        string name, string valueName, string description, Func<string, T> parse) => new(name)
        {
            HelpName = valueName,
            Description = description,
            Arity = ArgumentArity.ZeroOrMore,
            AllowMultipleArgumentsPerToken = true,
            CustomParser = result => result.Tokens.Select(token => Read(result, name, token.Value, parse)).ToList()!,
            DefaultValueFactory = _ => [],
        };

    /// <summary>A whole number in a range, with a default.</summary>
    public static Option<int> Integer(string name, string description, Range range, int @default)
    {
        var option = Option(name, "N", description, text => range.Read(name, text));
        option.DefaultValueFactory = _ => @default;
        return option;
    }

    /// <summary>A whole number in a range, or null when it is not given.</summary>
    public static Option<int?> OptionalInteger(string name, string description, Range range) =>
        Option<int?>(name, "N", description, text => range.Read(name, text));

    /// <summary>
    /// An argument read by a function that throws <see cref="UsageException"/> or a <see cref="VesperException"/>.
    /// </summary>
    public static Argument<T> Argument<T>(string name, string description, Func<string, T> parse) => new(name)
    {
        Description = description,
        CustomParser = result => Read(result, name, parse),
    };

    /// <summary>An argument that takes the rest of the line.</summary>
    public static Argument<List<T>> Arguments<T>(string name, string description, Func<string, T> parse) => new(name)
    {
        Description = description,
        Arity = ArgumentArity.ZeroOrMore,
        CustomParser = result => result.Tokens.Select(token => Read(result, name, token.Value, parse)).ToList()!,
        DefaultValueFactory = _ => [],
    };

    /// <summary>The value of a word, or wrong usage that lists the words.</summary>
    public static T OneOf<T>(string text, params ReadOnlySpan<(string Word, T Value)> words)
    {
        foreach (var (word, value) in words)
        {
            if (string.Equals(text, word, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        var known = string.Join(", ", words.ToArray().Select(pair => pair.Word));
        throw new UsageException($"'{text}' is not one of: {known}");
    }

    private static T? Read<T>(ArgumentResult result, string name, Func<string, T> parse) =>
        Read(result, name, result.Tokens[0].Value, parse);

    private static T? Read<T>(ArgumentResult result, string name, string text, Func<string, T> parse)
    {
        try
        {
            return parse(text);
        }
        catch (Exception error) when (error is UsageException or VesperException)
        {
            result.AddError(
                error.Message.StartsWith(name, StringComparison.Ordinal) ? error.Message : $"{name}: {error.Message}");
            return default;
        }
    }

    /// <summary>Bounds of a number, both included.</summary>
    internal readonly record struct Range(int Least, int Most)
    {
        /// <summary>Reads a number within the bounds.</summary>
        public int Read(string name, string text) =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            && value >= Least && value <= Most
                ? value
                : throw new UsageException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name} must be a whole number from {Least} to {Most:N0}, not '{text}'"));
    }
}
