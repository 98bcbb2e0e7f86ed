using Microsoft.Extensions.AI;

namespace Vesper.Cli.Text;

/// <summary>
/// Embeds text without a model: the mean of the vectors of its words, each weighted by its inverse document frequency,
/// scaled to length 1. A word counts as often as it stands there; unknown words are passed over.
/// </summary>
/// <remarks>
/// Thread-safe. Any other <see cref="IEmbeddingGenerator{TInput,TEmbedding}"/> plugs in in its place.
/// </remarks>
internal sealed class WordVectorEmbedder(WordTable table) : IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly EmbeddingGeneratorMetadata _metadata = new("vesper-word-vectors", null, null, table.Dimensions);

    /// <summary>Components of an embedding.</summary>
    public int Dimensions => table.Dimensions;

    /// <summary>Embeds one text.</summary>
    /// <exception cref="SchemaException">No word of the text is known.</exception>
    public float[] Embed(string text) => TryEmbed(text) ?? throw new SchemaException(
        "text", $"none of the words of '{Shortened(text)}' is in the table of {table.Count} word vectors");

    /// <summary>Whether a text can be embedded.</summary>
    public bool KnowsAnyWordOf(string text) => TryEmbed(text) is not null;

    /// <inheritdoc/>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values,
        EmbeddingGenerationOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        var embeddings = new GeneratedEmbeddings<Embedding<float>>();
        foreach (var text in values)
        {
            cancellationToken.ThrowIfCancellationRequested();
            embeddings.Add(new Embedding<float>(Embed(text)));
        }

        return Task.FromResult(embeddings);
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private float[]? TryEmbed(string text)
    {
        var sum = new Sum(table);
        WordTokenizer.Split(text, sum, static (word, into) => into.Add(word));
        return sum.Normalised();
    }

    private static string Shortened(string text) => text.Length <= 80 ? text : text[..80] + "…";

    /// <summary>The weighted sum while the words arrive.</summary>
    private sealed class Sum(WordTable table)
    {
        private readonly double[] _values = new double[table.Dimensions];
        private bool _any;

        public void Add(ReadOnlySpan<char> word) => _any |= table.TryAdd(word, _values);

        /// <summary>The sum at length 1, or null when it has no direction.</summary>
        public float[]? Normalised()
        {
            var length = Math.Sqrt(_values.Sum(value => value * value));
            return _any && length > 0 ? Array.ConvertAll(_values, value => (float)(value / length)) : null;
        }
    }
}
