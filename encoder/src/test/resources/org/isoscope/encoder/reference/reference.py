"""Makes the reference outputs that ParityTest compares with, once, by Hugging Face's padded models,
small and random. Neither the build nor the tests run this.

    pip install torch transformers safetensors
    python reference.py          # writes a/, b/, mpnet/ and so on beside itself
    python reference.py mpnet    # only this one

Each directory holds config.json and model.safetensors as transformers saves them, and
golden.safetensors, all fp32, with
  lengths            [sentences]            tokens of each sentence
  ids                [sum of lengths]       token ids, sentence after sentence
  hidden.L           [sum of lengths, d]    hidden states of layer L (0: the embedding output)
  pooled.P           [sentences, d]         sentence embeddings, pooling P
  loss.P             [1]                    InfoNCE of the first half against the second, t = 0.05
  gradient.P.NAME    shape of NAME          gradient of that loss, dropout off
  buckets            [1024]                 (MPNet) bucket of the relative position -512 to 511
"""
import pathlib
import sys

import safetensors.torch
import torch
import transformers

HERE = pathlib.Path(__file__).parent
TEMPERATURE = 0.05
POOLINGS = ["mean", "cls", "max", "first-last", "last-two"]


def pool(hidden, mask, pooling):
    m = mask.unsqueeze(-1).to(hidden[0].dtype)
    mean = lambda x: (x * m).sum(1) / m.sum(1)
    if pooling == "mean":
        return mean(hidden[-1])
    if pooling == "cls":
        return hidden[-1][:, 0]
    if pooling == "max":
        return hidden[-1].masked_fill(m == 0, float("-inf")).max(1)[0]
    if pooling == "first-last":
        return mean((hidden[0] + hidden[-1]) / 2)
    return mean((hidden[-2] + hidden[-1]) / 2)


def make(name, seed, lengths, architecture="Bert", poolings=POOLINGS, pad=0, **config):
    if sys.argv[1:] and name not in sys.argv[1:]:
        return
    torch.manual_seed(seed)
    configuration = getattr(transformers, architecture + "Config")(pad_token_id=pad, **config)
    pooler = {} if architecture in ("DistilBert", "Electra", "ModernBert") else {
        "add_pooling_layer": False}
    model = getattr(transformers, architecture + "Model")(configuration, **pooler).float()
    with torch.no_grad():  # biases and norms away from their initial 0 and 1
        for parameter in model.parameters():
            if parameter.dim() == 1:
                parameter.add_(0.2 * torch.randn_like(parameter))
    model.eval()
    directory = HERE / name
    model.save_pretrained(directory)
    # transformers gives the embedding of padding no gradient
    sentences = [torch.randint(pad + 1, config["vocab_size"], (n,)) for n in lengths]
    ids = torch.nn.utils.rnn.pad_sequence(sentences, batch_first=True, padding_value=pad)
    mask = torch.arange(max(lengths)).unsqueeze(0) < torch.tensor(lengths).unsqueeze(1)
    golden = {"lengths": torch.tensor(lengths).float(), "ids": torch.cat(sentences).float()}
    for pooling in poolings:
        model.zero_grad()
        hidden = model(ids, attention_mask=mask.long(), output_hidden_states=True).hidden_states
        pooled = pool(hidden, mask, pooling)
        a, b = torch.nn.functional.normalize(pooled, dim=1).chunk(2)
        loss = torch.nn.functional.cross_entropy(a @ b.T / TEMPERATURE, torch.arange(len(a)))
        loss.backward()
        golden["pooled." + pooling] = pooled.detach()
        golden["loss." + pooling] = loss.detach().reshape(1)
        for parameter_name, parameter in model.named_parameters():
            golden[f"gradient.{pooling}.{parameter_name}"] = parameter.grad.clone()
    for layer, states in enumerate(hidden):
        golden[f"hidden.{layer}"] = states.detach()[mask]
    if architecture == "MPNet":
        golden["buckets"] = model.encoder.relative_position_bucket(torch.arange(-512, 512)).float()
    safetensors.torch.save_file(
        {k: v.contiguous() for k, v in golden.items()},
        directory / "golden.safetensors",
        metadata={"torch": torch.__version__, "transformers": transformers.__version__},
    )


make("a", 1, [7, 3, 12, 7, 2, 9, 3, 5], vocab_size=40, hidden_size=16, num_hidden_layers=3,
     num_attention_heads=4, intermediate_size=32, max_position_embeddings=16,
     initializer_range=0.3)
make("b", 2, [4, 4, 11, 1, 6, 6], vocab_size=30, hidden_size=24, num_hidden_layers=2,
     num_attention_heads=3, intermediate_size=40, max_position_embeddings=12,
     layer_norm_eps=1e-5, hidden_act="relu", initializer_range=0.3)
make("mpnet", 3, [7, 3, 25, 7, 2, 3], "MPNet", ["mean"], pad=1, vocab_size=30, hidden_size=16,
     num_hidden_layers=2, num_attention_heads=4, intermediate_size=20, max_position_embeddings=30,
     initializer_range=0.3)
make("roberta", 4, [7, 3, 12, 7, 2, 3], "Roberta", ["mean"], pad=1, vocab_size=30, hidden_size=16,
     num_hidden_layers=2, num_attention_heads=4, intermediate_size=20, max_position_embeddings=15,
     type_vocab_size=1, layer_norm_eps=1e-5, initializer_range=0.3)
make("xlm-roberta", 5, [7, 3, 12, 7, 2, 3], "XLMRoberta", ["mean"], pad=1, vocab_size=30,
     hidden_size=16, num_hidden_layers=2, num_attention_heads=4, intermediate_size=20,
     max_position_embeddings=15, type_vocab_size=1, layer_norm_eps=1e-5, initializer_range=0.3)
make("distilbert", 6, [7, 3, 12, 7, 2, 3], "DistilBert", ["mean"], vocab_size=30, dim=16,
     n_layers=2, n_heads=4, hidden_dim=20, max_position_embeddings=13, initializer_range=0.3)
make("electra", 7, [7, 3, 12, 7, 2, 3], "Electra", ["mean"], vocab_size=30, embedding_size=10,
     hidden_size=16, num_hidden_layers=2, num_attention_heads=4, intermediate_size=20,
     max_position_embeddings=13, initializer_range=0.3)
make("modernbert", 8, [7, 3, 12, 7, 2, 3], "ModernBert", ["mean"], vocab_size=30, hidden_size=16,
     num_hidden_layers=5, num_attention_heads=2, intermediate_size=20, max_position_embeddings=13,
     local_attention=6, bos_token_id=1, eos_token_id=2, cls_token_id=1, sep_token_id=2,
     initializer_range=0.3, initializer_cutoff_factor=3.0)
