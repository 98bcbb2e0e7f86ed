using Microsoft.Extensions.AI;

namespace Vesper.Cli.Text;

/// <summary>The embedder over the word table that travels with the tool.</summary>
internal static class ShippedWords
{
    private static readonly Lazy<WordVectorEmbedder> Shared = new(
        () => new WordVectorEmbedder(WordTable.Load(Samples.PathOf("words.bin.gz"))));

    /// <summary>The embedder; loaded when first asked for.</summary>
    public static WordVectorEmbedder Embedder => Shared.Value;

    /// <summary>Embeds one text with any generator, and checks that it fits a field.</summary>
    /// <exception cref="SchemaException">The embedding has other dimensions than the field, or no word is
    /// known.</exception>
    public static async Task<float[]> EmbedForAsync(
        this IEmbeddingGenerator<string, Embedding<float>> generator,
        string text,
        VectorFieldOptions field,
        CancellationToken cancellation)
    {
        var embeddings = await generator.GenerateAsync([text], null, cancellation);
        var vector = embeddings[0].Vector;
        return vector.Length == field.Dimensions
            ? vector.ToArray()
            : throw new SchemaException(
                "text", $"embeds to {vector.Length} dimensions, the collection's vectors have {field.Dimensions}");
    }
}
