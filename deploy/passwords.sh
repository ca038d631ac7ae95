# What compose/prepare and deploy/credentials have in common: random passwords, and RabbitMQ's form of them. Sourced by sh.

# Writes standard input to a file of the folder $folder that only its owner comes to; never half of it.
keep() {
    cat >"$folder/.$1.new"
    chmod 444 "$folder/.$1.new"
    mv "$folder/.$1.new" "$folder/$1"
}

random() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }

sha256() { if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi | cut -c1-64; }

# Hexadecimal digits to bytes.
bytes() {
    hex=$1
    while [ -n "$hex" ]; do
        rest=${hex#??}
        printf "\\$(printf '%03o' "0x${hex%"$rest"}")"
        hex=$rest
    done
}

# RabbitMQ's form of a password, with a salt of eight hexadecimal digits: salt and SHA-256 of salt and password, in base 64.
hashed() {
    digest=$({ bytes "$2" && printf '%s' "$1"; } | sha256)
    bytes "$2$digest" | base64 | tr -d '\n'
}

# The first line of a file, which is what nodes read.
password() { head -n 1 "$folder/$1" | tr -d '\r\n'; }
