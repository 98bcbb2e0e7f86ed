namespace Vesper.Cli.Text;

/// <summary>
/// Splits text into words: runs of the letters a to z after lower-casing. Everything else separates: digits, marks and
/// letters beyond ASCII, so <c>Qt5's UTF-8</c> gives <c>qt s utf</c>. The word table was made with the same rule.
/// </summary>
internal static class WordTokenizer
{
    /// <summary>Longest word looked up; longer runs of letters are no words.</summary>
    public const int MaxWordLetters = 64;

    /// <summary>Calls back with each word, in order. The span is valid during the call.</summary>
    public static void Split<TState>(ReadOnlySpan<char> text, TState state, Action<ReadOnlySpan<char>, TState> word)
    {
        Span<char> lower = stackalloc char[MaxWordLetters];
        while (!text.IsEmpty)
        {
            var start = text.IndexOfAnyLetter();
            if (start < 0)
            {
                return;
            }

            text = text[start..];
            var length = text.IndexOfNoLetter();
            var run = length < 0 ? text : text[..length];
            text = text[run.Length..];
            if (run.Length <= MaxWordLetters)
            {
                run.ToLowerInvariant(lower);
                word(lower[..run.Length], state);
            }
        }
    }

    private static int IndexOfAnyLetter(this ReadOnlySpan<char> text) => text.IndexOfAny(Letters);

    private static int IndexOfNoLetter(this ReadOnlySpan<char> text) => text.IndexOfAnyExcept(Letters);

    private static readonly System.Buffers.SearchValues<char> Letters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
}
